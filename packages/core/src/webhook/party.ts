import { asId, asObject, isObject, type JsonObject } from "./lenient.ts";

/** The person an update is about, as far as the update itself names them. */
export interface Party {
  /** Business-scoped user id. */
  readonly userId: string | undefined;
  readonly parentUserId: string | undefined;
  /** As Meta wrote it: usually digits without `+`. */
  readonly phone: string | undefined;
}

/** Who sent a message. */
export function senderOf(message: JsonObject): Party {
  return {
    userId: asId(message.from_user_id),
    parentUserId: asId(message.from_parent_user_id),
    phone: asId(message.from),
  };
}

/** Whom a status is about: the recipient, in a group the participant. */
export function recipientOf(status: JsonObject): Party {
  const participant = participantOf(status);
  if (participant) return participant;

  const isGroup = status.recipient_type === "group";
  return {
    userId: asId(status.recipient_user_id),
    parentUserId: asId(status.recipient_parent_user_id) ?? asId(status.parent_recipient_user_id),
    phone: isGroup ? undefined : asId(status.recipient_id),
  };
}

/** The member of a group a status is about, `undefined` for a status of a single recipient. */
export function participantOf(status: JsonObject): Party | undefined {
  const userId = asId(status.recipient_participant_user_id);
  const phone = asId(status.recipient_participant_id) ?? asId(status.participant_recipient_id);
  if (!userId && !phone) return undefined;
  return { userId, parentUserId: asId(status.recipient_participant_parent_user_id), phone };
}

/** Whom the business wrote to in its app. */
export function addresseeOf(echo: JsonObject): Party {
  return {
    userId: asId(echo.to_user_id),
    parentUserId: asId(echo.to_parent_user_id),
    phone: asId(echo.to),
  };
}

/** The user of a call, whoever began it. */
export function callPartyOf(call: JsonObject, business: string | undefined): Party {
  if (isSamePhone(asId(call.from), business)) return addresseeOf(call);
  if (isSamePhone(asId(call.to), business)) return senderOf(call);
  return /^business/i.test(asId(call.direction) ?? "") ? addresseeOf(call) : senderOf(call);
}

/** A user who is named by nothing but ids, as in preferences. */
export function userOf(update: JsonObject): Party {
  return {
    userId: currentOf(update.user_id),
    parentUserId: currentOf(update.parent_user_id),
    phone: asId(update.wa_id),
  };
}

/** Where an id has changed Meta writes both, `previous` and `current`. */
function currentOf(id: unknown): string | undefined {
  return isObject(id) ? (asId(id.current) ?? asId(id.previous)) : asId(id);
}

/** The user with whom a thread of history was. */
export function threadPartyOf(thread: JsonObject): Party {
  const party = userOf(asObject(thread.context));
  return { ...party, phone: party.phone ?? asId(thread.id) };
}

/** A contact in the app of the business. */
export function cardPartyOf(card: JsonObject): Party {
  return { ...userOf(card), phone: asId(card.phone_number) };
}

/** Whom a message went to, from the body it was sent with. */
export function sentTo(echo: JsonObject): Party {
  const body = asObject(echo.message);
  return { userId: asId(body.recipient), parentUserId: undefined, phone: asId(body.to) };
}

/** A phone number for comparing: Meta writes it with `+` in some places and without in others. */
export function withoutPlus(phone: string): string {
  return phone.startsWith("+") ? phone.slice(1) : phone;
}

/** Whether two spellings are of one number; text without digits is of none. */
export function isSamePhone(one: string | undefined, other: string | undefined): boolean {
  const digits = digitsIn(one);
  return digits !== "" && digits === digitsIn(other);
}

function digitsIn(phone = ""): string {
  return phone.replaceAll(/\D/g, "");
}
