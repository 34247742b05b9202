/** Meta's window says that the person is through. The ids are claims: the hub holds them against the token. */
export interface Finish {
  readonly kind: "finish";
  readonly wabaId: string | null;
  readonly phoneNumberId: string | null;
  readonly coexistence: boolean;
}

/** What Meta tells about why a person stopped; all of it optional, and for the operator. */
export interface StopDetails {
  readonly currentStep?: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly metaSessionId?: string;
}

/** Meta's window says that the person left it, or that something went wrong in it. */
export interface Stop {
  readonly kind: "stop";
  readonly event: "CANCEL" | "ERROR";
  readonly details: StopDetails;
}

export type MetaMessage = Finish | Stop;

const TYPE = "WA_EMBEDDED_SIGNUP";
const COEXISTENCE_FINISH = "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING";
const LONGEST_TEXT = 500;

/**
 * Reads what a message event brought: JSON in a string, sometimes an object. Meta's script sends
 * other messages through the same door.
 *
 * @returns `null` for whatever does not concern the signup.
 */
export function readMessage(data: unknown): MetaMessage | null {
  const message = asRecord(typeof data === "string" ? readJson(data) : data);
  if (message.type !== TYPE || typeof message.event !== "string") return null;
  const { event } = message;
  const fields = asRecord(message.data);

  // Meta has added finish events before; what is new may be ignored, a finished person may not.
  if (/^FINISH(_|$)/.test(event)) return readFinish(event, fields);
  return event === "CANCEL" || event === "ERROR" ? readStop(event, fields) : null;
}

function readFinish(event: string, fields: Readonly<Record<string, unknown>>): Finish {
  return {
    kind: "finish",
    wabaId: asId(fields.waba_id),
    phoneNumberId: asId(fields.phone_number_id),
    coexistence: event === COEXISTENCE_FINISH,
  };
}

function readStop(event: Stop["event"], fields: Readonly<Record<string, unknown>>): Stop {
  const details = {
    currentStep: asText(fields.current_step),
    errorCode: asText(fields.error_code),
    errorMessage: asText(fields.error_message),
    metaSessionId: asText(fields.session_id),
  };
  const told = Object.entries(details).filter(([, value]) => value !== undefined);
  return { kind: "stop", event, details: Object.fromEntries(told) };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function asId(value: unknown): string | null {
  return typeof value === "string" && /^\d{1,32}$/.test(value) ? value : null;
}

/** Meta's examples have numbers where its description has strings. */
function asText(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value.slice(0, LONGEST_TEXT) : undefined;
}
