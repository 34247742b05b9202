import { onboardedBy, ownerOf, recordOnboarding } from "../businesses.ts";
import type { Delivered, DeliveryEngine } from "../delivery-engine.ts";
import { type CodeInput, issueCode } from "../grants.ts";
import { metaTime } from "../meta-time.ts";
import { partnerPayloads } from "../partner-payloads.ts";
import { appOf, known, type PhoneNumber, type State, type Waba } from "../state.ts";
import { finishEvent, type SignupEvent } from "./signup-event.ts";

/** What a customer chose in the signup; by default everything an ordinary signup grants. */
export interface FinishSignupInput extends Omit<CodeInput, "wabaIds"> {
  readonly wabaId: string;
  /** Left out, the customer finished without a number. */
  readonly phoneNumberId?: string;
  /** The number stays in the WhatsApp Business app; needs a `phoneNumberId`. */
  readonly coexistence?: boolean;
  /** The number cannot be used yet: `FINISH_ONLY_WABA` although there is one. */
  readonly onlyWaba?: boolean;
  /** Whether `PARTNER_ADDED` is delivered to the app's callback, where there is one; true when left out. */
  readonly announce?: boolean;
}

/** A signup that was finished. */
export interface FinishedSignup {
  /** Single use, lives 30 s. */
  readonly code: string;
  /** What the page is told that opened the signup. */
  readonly event: SignupEvent;
  /** How the notification fared; empty where nobody was to hear of it. Never rejects. */
  readonly announced: Promise<readonly Delivered[]>;
}

/** Plays the customer in the signup. */
export interface Signups {
  /**
   * Finishes a signup without a browser; what the dialog's button does. The account is shared with the
   * app, and the code buys a token for it and for what its owner shared before, the most recent first.
   * The number counts as onboarded now. In coexistence it is on the Cloud API at once, otherwise its
   * registration stays as it is.
   *
   * @throws {Error} For ids this Meta does not know or that do not belong together.
   */
  readonly finishSignup: (input: FinishSignupInput) => FinishedSignup;
  /** From now on the dialog offers these accounts only; none, it offers all there are. */
  readonly offerInSignup: (wabaIds: readonly string[]) => void;
}

interface SignupParts {
  readonly state: State;
  readonly deliver: DeliveryEngine["deliver"];
}

/** The signups of one Meta. */
export function signups(parts: SignupParts): Signups {
  const { state } = parts;
  return {
    finishSignup: (input) => finishSignup(parts, input),
    offerInSignup(wabaIds) {
      for (const wabaId of wabaIds) known(state.wabas, wabaId);
      state.offered.clear();
      for (const wabaId of wabaIds) state.offered.add(wabaId);
    },
  };
}

/** share → onboard the number → code → announce. */
function finishSignup({ state, deliver }: SignupParts, input: FinishSignupInput): FinishedSignup {
  const { wabaId, phoneNumberId, coexistence = false, onlyWaba = false, announce = true } = input;
  const waba = known(state.wabas, wabaId);
  const number = numberOf(state, input);
  const { appId } = appOf(state, input.appId);
  recordOnboarding(state, { appId, wabaId });
  if (number) onboard(state, number, coexistence);

  const businessId = ownerOf(waba);
  const outcome = { wabaId, phoneNumberId, businessId, coexistence, onlyWaba };
  const news = announce ? [partnerPayloads(state).partnerAdded({ wabaId, appId })] : [];
  return {
    code: issueCode(state, { ...grantIn(input), appId, wabaIds: sharedBy(state, appId, waba) }),
    event: finishEvent(outcome),
    announced: deliver(news, { appId }),
  };
}

/** The number that was chosen. @throws {Error} When it is another account's, or one is missing. */
function numberOf(state: State, input: FinishSignupInput): PhoneNumber | undefined {
  const { wabaId, phoneNumberId, coexistence } = input;
  if (phoneNumberId === undefined) {
    if (coexistence) throw new Error("Coexistence is a number's: name the phoneNumberId.");
    return undefined;
  }
  const number = known(state.numbers, phoneNumberId);
  if (number.wabaId !== wabaId) throw new Error(`${phoneNumberId} is no number of ${wabaId}.`);
  return number;
}

function onboard({ clock, numbers }: State, number: PhoneNumber, coexistence: boolean): void {
  const onCloud = { is_on_biz_app: true, platform_type: "CLOUD_API", status: "CONNECTED" };
  const last_onboarded_time = metaTime(clock.now());
  number.fields = { ...number.fields, ...(coexistence && onCloud), last_onboarded_time };
  // Lists begin with the number that was onboarded last.
  numbers.delete(number.phoneNumberId);
  numbers.set(number.phoneNumberId, number);
}

/** The accounts a business token reaches: its owner's, as far as the app was given them. */
function sharedBy(state: State, appId: string, waba: Waba): readonly string[] {
  const shared = onboardedBy(state, appId).filter((one) => ownerOf(one) === ownerOf(waba));
  return shared.map(({ wabaId }) => wabaId);
}

/** What of the input is about the code. */
function grantIn(input: FinishSignupInput): CodeInput {
  const { wabaId, phoneNumberId, coexistence, onlyWaba, announce, ...grant } = input;
  return grant;
}
