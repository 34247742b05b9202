import { identifyContact } from "../contact-identity.ts";
import { asId, asInstant, asText, isObject, type JsonObject } from "../lenient.ts";
import { type Party, senderOf } from "../party.ts";

/** What a user is known by; `null` where Meta does not say. */
export interface UserNames {
  /** E.164 with `+`. */
  readonly contactPhone: string | null;
  readonly businessScopedUserId: string | null;
  readonly parentBusinessScopedUserId: string | null;
  /** Another one after a change of the user's device. */
  readonly identityKeyHash: string | null;
}

/** A user got another number, another id, or another device. */
export interface IdentityChange {
  /**
   * `user_id_update`, or Meta's word for it in a system message: `user_changed_number`,
   * `user_changed_user_id`, `customer_identity_changed`, or the older `customer_changed_number`.
   */
  readonly reason: string;
  readonly previous: UserNames;
  readonly current: UserNames;
  /** In Meta's words, for people. */
  readonly detail: string | null;
  readonly timestamp: string | null;
}

const SAME_USER = "customer_identity_changed";
const REASONS: ReadonlySet<unknown> = new Set([
  "user_changed_number",
  "user_changed_user_id",
  "customer_changed_number",
  SAME_USER,
]);

/**
 * Reads a change of identity in a system message; `undefined` for any other message.
 *
 * Source: WhatsApp webhooks reference, `messages`, system.
 */
export function readSystemChange(message: JsonObject): IdentityChange | undefined {
  const { system, identity, timestamp } = message;
  if (!isObject(system) || !REASONS.has(system.type)) return undefined;
  const previous = namesOf(senderOf(message));
  const identityKeyHash = isObject(identity) ? asText(identity.hash) : null;
  return {
    reason: String(system.type),
    previous,
    current: system.type === SAME_USER ? { ...previous, identityKeyHash } : newNames(system),
    detail: asText(system.body),
    timestamp: asInstant(timestamp),
  };
}

function newNames(system: JsonObject): UserNames {
  return namesOf({
    userId: asId(system.user_id),
    parentUserId: asId(system.parent_user_id),
    // The first pages called it so.
    phone: asId(system.wa_id) ?? asId(system.new_wa_id),
  });
}

/**
 * Types one element of `user_id_update`; `undefined` where it tells no id.
 *
 * Source: WhatsApp business-scoped user ids.
 */
export function readUserIdUpdate(update: JsonObject): IdentityChange | undefined {
  const phone = asId(update.wa_id);
  const userId = turnOf(update.user_id);
  const parentUserId = turnOf(update.parent_user_id);
  if (!userId && !parentUserId) return undefined;
  const namesIn = (time: keyof Turn) =>
    namesOf({ userId: userId?.[time], parentUserId: parentUserId?.[time], phone });
  return {
    reason: "user_id_update",
    previous: namesIn("previous"),
    current: namesIn("current"),
    detail: asText(update.detail),
    timestamp: asInstant(update.timestamp),
  };
}

interface Turn {
  readonly previous: string | undefined;
  readonly current: string | undefined;
}

/** A plain id is the current one. */
function turnOf(turn: unknown): Turn | undefined {
  const previous = isObject(turn) ? asId(turn.previous) : undefined;
  const current = asId(isObject(turn) ? turn.current : turn);
  return previous || current ? { previous, current } : undefined;
}

function namesOf(party: Party): UserNames {
  return {
    contactPhone: identifyContact(party, undefined)?.contactPhone ?? null,
    businessScopedUserId: party.userId ?? null,
    parentBusinessScopedUserId: party.parentUserId ?? null,
    identityKeyHash: null,
  };
}
