import type { ConnectionMode } from "../../events.ts";
import type { AppSubscription } from "../../meta/app-subscription.ts";
import type { SubscribedApp } from "../../meta/nodes.ts";
import type { WebhookConfiguration } from "../../meta/number-requests.ts";
import type { Delivery } from "../waba.ts";
import { failed, type Judgement, ok, warning } from "./judgement.ts";

/** What an account wants of Meta for one number, by its URLs. */
export interface WantedOverrides {
  readonly waba: string | null;
  readonly number: string | null;
  /** Meta did not take the webhook when it was last told, so that there is nothing to find. */
  readonly refused: boolean;
}

/** A field that the app has to be subscribed to. */
interface NeededField {
  readonly field: string;
  /** Only for numbers of the WhatsApp Business app. */
  readonly coexistence?: true;
  readonly verdict: "warning" | "failed";
  /** What is missed without it. */
  readonly carries: string;
}

/** What we need of Meta's fields; others are welcome. */
export const NEEDED_FIELDS: readonly NeededField[] = [
  { field: "messages", verdict: "failed", carries: "messages and their statuses" },
  {
    field: "account_update",
    verdict: "warning",
    carries: "that Meta ends or restores a connection",
  },
  { field: "phone_number_quality_update", verdict: "warning", carries: "changes of quality" },
  { field: "message_template_status_update", verdict: "warning", carries: "approved templates" },
  { field: "history", coexistence: true, verdict: "warning", carries: "the chats before" },
  { field: "smb_app_state_sync", coexistence: true, verdict: "warning", carries: "contacts" },
  {
    field: "smb_message_echoes",
    coexistence: true,
    verdict: "warning",
    carries: "what is sent from the app",
  },
];

const TELL_META_AGAIN =
  "Set the webhook again with PATCH and the same values: Meta is told again then.";

const REFUSED =
  "Meta refused the webhook when it was last told of it: messages come to the app's callback instead.";

/** Whether our app gets the account's webhooks. */
export function judgeSubscription(apps: readonly SubscribedApp[], appId: string): Judgement {
  if (apps.some((app) => app.appId === appId)) {
    return ok("Our app is subscribed to the account's webhooks.");
  }
  const next = "Connect the number again: that subscribes the app.";
  return failed("Our app is not subscribed to the account's webhooks, so Meta sends none.", next);
}

/**
 * Whether Meta sends the app's own webhooks to us.
 *
 * @param expected Our URLs for this app, the one to recommend first.
 */
export function judgeCallback(
  subscription: AppSubscription | null,
  { expected, delivery }: { readonly expected: readonly string[]; readonly delivery: Delivery },
): Judgement {
  const next = `Call POST /meta-apps/:id/setup; or, in the App Dashboard, under Webhooks, set the callback URL of WhatsApp Business Account to ${expected[0]}, with the app's verify token.`;
  // Messages take another way in `direct`; only what concerns the account takes this one.
  const wrong = delivery === "direct" ? warning : failed;
  if (!subscription?.callbackUrl) return wrong("The app has no callback URL at Meta.", next);
  if (!subscription.active) return wrong("Meta has switched the app's webhooks off.", next);
  const seen = placeOf(subscription.callbackUrl);
  if (expected.map(placeOf).includes(seen)) return ok("Meta sends the app's webhooks to us.");
  return wrong(`Meta sends the app's webhooks to ${seen}, which is not us.`, next);
}

/** Whether Meta sends the app what we need; the fields are those of the app, whoever gets them. */
export function judgeFields(
  subscription: AppSubscription | null,
  connectionMode: ConnectionMode,
): Judgement {
  const names = new Set(subscription?.fields.map(({ name }) => name));
  const missing = NEEDED_FIELDS.filter(
    ({ field, coexistence }) =>
      !names.has(field) && (!coexistence || connectionMode === "coexistence"),
  );
  if (missing.length === 0) return ok("The app is subscribed to every field we need.");
  const list = missing.map(({ field, carries }) => `${field} (${carries})`).join(", ");
  const wrong = missing.some(({ verdict }) => verdict === "failed") ? failed : warning;
  const next = `Call POST /meta-apps/:id/setup; or, in the App Dashboard, under Webhooks, subscribe to ${missing.map(({ field }) => field).join(", ")}.`;
  return wrong(`The app is not subscribed to ${list}.`, next);
}

/** Whether Meta sends a number's messages where we want them; a number's override wins. */
export function judgeOverride(seen: WebhookConfiguration, wanted: WantedOverrides): Judgement {
  if (wanted.refused) return failed(REFUSED, TELL_META_AGAIN);
  const goes = seen.phoneNumber ?? seen.waba;
  const shall = wanted.number ?? wanted.waba;
  if (goes === shall) return ok(agreed(goes));
  if (goes === null) {
    const lost = `Meta has no override: messages come to the app's callback instead of ${placeOf(shall ?? "")}.`;
    return failed(lost, TELL_META_AGAIN);
  }
  const level = seen.phoneNumber === null ? "account" : "number";
  const strays = `Meta sends the messages to ${placeOf(goes)}, by an override of the ${level}`;
  if (shall !== null) return failed(`${strays}, instead of ${placeOf(shall)}.`, TELL_META_AGAIN);
  const next =
    "Whoever set this override has to remove it; setting a webhook here with delivery direct or relay replaces that of an account.";
  return failed(`${strays} that was not set here: none of them reaches us.`, next);
}

function agreed(goes: string | null): string {
  return goes === null
    ? "No override is in place: Meta sends the messages to the app's callback."
    : `Meta sends the messages to ${placeOf(goes)}, as it should.`;
}

/** Without its query, which may hold a secret of somebody's. */
export function placeOf(url: string): string {
  const parsed = URL.parse(url);
  return parsed
    ? `${parsed.origin}${parsed.pathname.replace(/\/+$/, "")}`
    : "an address nobody can read";
}
