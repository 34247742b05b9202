import { asId, type JsonObject } from "./lenient.ts";

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

/** A phone number for comparing: Meta writes it with `+` in some places and without in others. */
export function withoutPlus(phone: string): string {
  return phone.startsWith("+") ? phone.slice(1) : phone;
}
