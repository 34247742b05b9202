import { isServed } from "../connections/change/apply-change.ts";
import { webhookOf } from "../connections/connection.ts";
import type { Waba } from "../connections/waba.ts";
import { relayRef } from "../delivery/relay-target.ts";
import type { TargetRef } from "../delivery/target.ts";
import type { Item } from "./item.ts";
import type { Whose } from "./whose.ts";

/**
 * What an override takes past us. Every other field Meta sends to the app alone, also one it invents
 * tomorrow.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override
 */
const OVERRIDABLE: ReadonlySet<string> = new Set([
  "messages",
  "message_echoes",
  "calls",
  "consumer_profile",
  "messaging_handovers",
  "group_lifecycle_update",
  "group_participants_update",
  "group_settings_update",
  "group_status_update",
  "smb_message_echoes",
  "smb_app_state_sync",
  "history",
  "account_settings_update",
]);

/**
 * Where an item goes on to as it came: to the webhook of its number, if that is served and its account
 * forwards such items. What is about the account goes to the webhooks of all its numbers, once to each URL.
 */
export function relayItem({ field }: Item, { waba, numbers }: Whose): readonly TargetRef[] {
  if (!waba || !isForwarded(waba, field)) return [];
  const byUrl = new Map<string, TargetRef>();
  for (const number of numbers.filter(isServed)) {
    const webhook = webhookOf(waba, number);
    const isNew = webhook?.state === "active" && !byUrl.has(webhook.url);
    if (isNew) byUrl.set(webhook.url, relayRef(waba, number));
  }
  return [...byUrl.values()];
}

function isForwarded({ delivery, forwardManagementEvents }: Waba, field: string): boolean {
  if (delivery === "direct") return forwardManagementEvents && !OVERRIDABLE.has(field);
  return delivery === "relay";
}
