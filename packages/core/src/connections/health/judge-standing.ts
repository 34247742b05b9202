import type { App } from "../../app.ts";
import { wholeSeconds } from "../instant.ts";
import type { ConnectedNumber, Delivery, Waba } from "../waba.ts";
import { PREFLIGHT_ADVICE, type PreflightProblem } from "../webhook/preflight.ts";
import { type CapabilityFacts, capabilitiesOf, reasonsAgainst } from "./capabilities.ts";
import { failed, type Judgement, ok, warning } from "./judgement.ts";

const RECONNECT = "Connect the number again.";

/** Whether the connection itself is as it has to be. */
export function judgeStatus(
  { intent }: Pick<Waba, "intent">,
  { status, statusReason }: Pick<ConnectedNumber, "status" | "statusReason">,
): Judgement {
  const because = statusReason ? ` (${statusReason})` : "";
  if (status === "disconnected") return failed(`The number is disconnected${because}.`, RECONNECT);
  if (status === "suspended") {
    const next = "Resume the connection; what Meta itself has suspended only Meta can resume.";
    return failed(`The connection is suspended${because}: its messages are not passed on.`, next);
  }
  if (status === "pending") {
    const next = "Wait until Meta has confirmed the number, or connect it again.";
    return warning(`The connection is not complete yet${because}.`, next);
  }
  if (intent) {
    const since = wholeSeconds(intent.startedAt);
    const next = "Wait a minute and ask again: what was begun is finished by itself.";
    return warning(`A change of the account is under way since ${since}.`, next);
  }
  return ok("The connection is active.");
}

/** Whether we know how the number is used. */
export function judgeMode({ connectionMode }: Pick<ConnectedNumber, "connectionMode">): Judgement {
  if (connectionMode === "unknown") {
    const next = "Refresh the health of the connection: Meta is asked again then.";
    return warning("Meta has not told whether the WhatsApp Business app shares the number.", next);
  }
  return ok(
    connectionMode === "coexistence"
      ? "The number is shared with the WhatsApp Business app."
      : "The number is on the Cloud API alone.",
  );
}

/** Whether Meta lets messages reach the number. That it may not send is no reason to receive nothing. */
export function judgeHealth(facts: CapabilityFacts): Judgement {
  const { canReceiveMessages, canSendMessages } = capabilitiesOf(facts);
  if (canReceiveMessages === false) {
    const reasons = reasonsAgainst(facts, "canReceiveMessages").join(" ");
    return failed(reasons, "Do what Meta asks for in WhatsApp Manager, then ask again.");
  }
  if (canSendMessages === false) {
    const reasons = reasonsAgainst(facts, "canSendMessages").join(" ");
    const next = "See the connection's health for Meta's reasons.";
    return warning(`The number can receive but not send. ${reasons}`, next);
  }
  if (canReceiveMessages === null) {
    return warning(
      "Meta does not tell whether the number can receive messages.",
      "Ask again later, or look at the number in WhatsApp Manager.",
    );
  }
  return ok("Meta lets the number receive messages.");
}

/** @param at When something about the number last reached us, epoch ms; `null` for never. */
export function judgeLastWebhook(at: number | null, delivery: Delivery): Judgement {
  if (at !== null)
    return ok(`Meta last sent us something about the number at ${wholeSeconds(at)}.`);
  if (delivery === "direct") {
    return ok("Messages go from Meta to the tenant's endpoint, so none are seen here.");
  }
  return warning(
    "Meta has not sent us anything about the number yet.",
    "Send it a message from a phone; if nothing comes, the checks above say where it is lost.",
  );
}

/** @param last `null` where nothing was delivered yet, `undefined` where nothing is to be. */
export function judgeLastDelivery(
  last: Awaited<ReturnType<App["lastDeliveries"]["of"]>>,
  delivery: Delivery,
): Judgement {
  if (last === undefined) {
    return delivery === "events"
      ? ok("No webhook endpoint asks for news of this connection: the host's listeners hear it.")
      : ok("Nothing of this connection is delivered from here.");
  }
  if (last === null) return ok("Nothing has been delivered for this connection yet.");
  const at = wholeSeconds(last.at);
  if (last.status === "delivered") return ok(`The newest delivery arrived at ${at}.`);
  return failed(
    `The newest delivery, at ${at}, was not taken by the endpoint.`,
    "See that the endpoint is up, answers 2xx within 15 seconds, and takes the signature.",
  );
}

/** Updates for numbers nobody connected. */
interface Unrouted {
  /** When the last one for a number of this account came, to whichever process, epoch ms. */
  readonly lastAt: number | null;
  /** How many this process has seen, whatever they were for. */
  readonly count: number;
}

/** Whether what is missing may have come for another number. */
export function judgeUnrouted({ lastAt, count }: Unrouted): Judgement {
  if (lastAt !== null) {
    return warning(
      `Something came at ${wholeSeconds(lastAt)} for a number of this account that nobody has connected.`,
      "Connect that number, if it is the one you miss; webhook.unrouted names it.",
    );
  }
  if (count === 0) return ok("Every update that reached this process was of a connected number.");
  const updates = count === 1 ? "1 update" : `${count} updates`;
  return warning(
    `${updates} reached this process for numbers or accounts that nobody has connected.`,
    "Listen to webhook.unrouted to see whose they are, and connect the number that is missing.",
  );
}

/** @param result What playing Meta's verification with the endpoint gave; `null` where there is none. */
export function judgeEndpoint(result: "ok" | PreflightProblem | null): Judgement {
  if (result === null) {
    return ok("Messages become events here; no endpoint of the tenant's has to be verified.");
  }
  if (result === "ok") return ok("The tenant's endpoint passes Meta's verification.");
  const { category, httpStatus, receivedPreview } = result;
  const { message, nextStep } = PREFLIGHT_ADVICE[category];
  const status = httpStatus === null ? "" : ` It answered ${httpStatus}`;
  const words = receivedPreview ? `, ${JSON.stringify(receivedPreview)}` : "";
  return failed(`${message}${status && `${status}${words}.`}`, nextStep);
}
