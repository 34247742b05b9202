import { z } from "zod";
import { isObject, type JsonObject } from "../lenient.ts";
import { camelCased } from "./camel-cased.ts";
import { compiled } from "./compiled.ts";
import { instant, text } from "./loose.ts";
import { conversation, errors, pricing } from "./parts.ts";

const StatusUpdate = z.looseObject({
  wamid: z.string().min(1),
  status: z.string().min(1),
  timestamp: instant,
  recipientId: text,
  recipientUserId: text,
  recipientParentUserId: text,
  recipientType: text,
  recipientParticipantId: text,
  recipientParticipantUserId: text,
  recipientParticipantParentUserId: text,
  recipientIdentityKeyHash: text,
  groupId: text,
  bizOpaqueCallbackData: text,
  templateId: text,
  conversation,
  pricing,
  errors,
});

/**
 * How far a sent message got, as Meta tells it, in camelCase: `status` is `sent`, `delivered`, `read`,
 * `played`, `failed` or a word newer than this library. Statuses come in any order, and `delivered` is
 * left out when it coincides with `read`. `wamid` is Meta's `id`, instants are ISO 8601 in UTC, what is
 * absent is `null`, names we do not know are kept.
 *
 * Source: WhatsApp webhooks reference, `messages`, status.
 */
export type StatusUpdate = z.infer<typeof StatusUpdate>;

/** Meta's pages spell two of the names in two ways. */
const RENAMES: ReadonlyMap<string, string> = new Map([
  ["id", "wamid"],
  ["participant_recipient_id", "recipientParticipantId"],
  ["parent_recipient_user_id", "recipientParentUserId"],
]);

const parse = compiled(StatusUpdate);

/** Types one element of `statuses`; `undefined` without an id or a status, which make it one. */
export function readStatus(status: JsonObject): StatusUpdate | undefined {
  const fields = camelCased(status, RENAMES);
  const { conversation } = fields;
  // Statuses of groups have been documented with the pricing one level deeper.
  if (isObject(conversation)) fields.pricing ??= conversation.pricing;
  return parse(fields);
}
