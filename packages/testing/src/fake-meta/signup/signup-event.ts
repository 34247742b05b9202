/** What the signup tells the page that opened it, as `data` of a `message` event. */
export interface SignupEvent {
  readonly type: "WA_EMBEDDED_SIGNUP";
  readonly event: string;
  readonly data: Readonly<Record<string, string>>;
  /** On some kinds only. */
  readonly version?: 3;
}

/** What came out of a signup. */
export interface SignupOutcome {
  readonly wabaId: string;
  readonly phoneNumberId: string | undefined;
  readonly businessId: string | undefined;
  readonly coexistence: boolean;
  /** The number that was chosen cannot be used yet. */
  readonly onlyWaba: boolean;
}

/**
 * The event of a signup that was finished, in the shapes of Meta's samples: coexistence names the
 * account alone, and without a usable number there is no business id (embedded-signup/implementation,
 * 2026-03-25).
 */
export function finishEvent(outcome: SignupOutcome): SignupEvent {
  const { wabaId: waba_id, phoneNumberId, businessId, coexistence, onlyWaba } = outcome;
  const type = "WA_EMBEDDED_SIGNUP";
  if (coexistence) {
    return {
      data: { waba_id },
      type,
      event: "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING",
      version: 3,
    };
  }
  const number = phoneNumberId === undefined ? {} : { phone_number_id: phoneNumberId };
  if (onlyWaba || phoneNumberId === undefined) {
    return { data: { ...number, waba_id }, type, event: "FINISH_ONLY_WABA", version: 3 };
  }
  const business = businessId === undefined ? {} : { business_id: businessId };
  return { data: { ...number, waba_id, ...business }, type, event: "FINISH" };
}

/** The screens on which a signup can be left (embedded-signup/implementation, 2026-03-25). */
export const STEPS = [
  "BUSINESS_ACCOUNT_SELECTION",
  "WABA_PHONE_PROFILE_PICKER",
  "WHATSAPP_BUSINESS_PROFILE_SETUP",
  "PHONE_NUMBER_SETUP",
  "PHONE_NUMBER_VERIFICATION",
  "PERMISSIONS",
] as const;

/** The event of a signup that was left on a screen. */
export function cancelEvent(currentStep: (typeof STEPS)[number]): SignupEvent {
  const data = { current_step: currentStep };
  return { data, type: "WA_EMBEDDED_SIGNUP", event: "CANCEL", version: 3 };
}

/** The event of a signup in which a person reported an error, or that broke by itself. */
export function errorEvent(event: "CANCEL" | "ERROR", at: number): SignupEvent {
  const data = {
    error_message:
      event === "ERROR"
        ? "Something went wrong"
        : "Your verified name violates WhatsApp guidelines. Please edit your verified name and try again.",
    error_code: "524126",
    session_id: "f34b51dab5e0498",
    timestamp: String(Math.floor(at / 1000)),
  };
  return { data, type: "WA_EMBEDDED_SIGNUP", event };
}
