import { z } from "zod";
import { flag, instant, list, object, text, word } from "./loose.ts";
import { errors } from "./parts.ts";
import { reader } from "./reader.ts";

const Group = z.looseObject({
  /** Absent where a group could not be made. */
  groupId: text,
  type: word,
  timestamp: instant,
  requestId: text,
  errors,
});

const GroupLifecycle = Group.extend({
  subject: text,
  description: text,
  inviteLink: text,
  joinApprovalMode: text,
});

/** `group_create` or `group_delete`; with `errors`, one that failed. Source: WhatsApp groups, webhooks. */
export type GroupLifecycle = z.infer<typeof GroupLifecycle>;

/** Types one element of `groups` under `group_lifecycle_update`. */
export const readGroupLifecycle = reader(GroupLifecycle);

const participant = {
  input: text,
  waId: text,
  userId: text,
  parentUserId: text,
  username: text,
};

const GroupParticipants = Group.extend({
  reason: text,
  /** `business` or `participant`. */
  initiatedBy: text,
  addedParticipants: list(participant),
  removedParticipants: list(participant),
  failedParticipants: list({ ...participant, errors }),
  joinRequestId: text,
  waId: text,
  userId: text,
});

/** Who came, went, or wants to come. Source: WhatsApp groups, webhooks. */
export type GroupParticipants = z.infer<typeof GroupParticipants>;

/** Types one element of `groups` under `group_participants_update`. */
export const readGroupParticipants = reader(GroupParticipants);

const setting = { text, updateSuccessful: flag, errors };

const GroupSettings = Group.extend({
  profilePicture: object({ ...setting, mimeType: text, sha256: text }),
  groupSubject: object(setting),
  groupDescription: object(setting),
});

/** Picture, subject and description, and which of them could be changed. Source: WhatsApp groups, webhooks. */
export type GroupSettings = z.infer<typeof GroupSettings>;

/** Types one element of `groups` under `group_settings_update`. */
export const readGroupSettings = reader(GroupSettings);

/** `group_suspend` or `group_suspend_cleared`. Source: WhatsApp groups, webhooks. */
export type GroupStatus = z.infer<typeof Group>;

/** Types one element of `groups` under `group_status_update`. */
export const readGroupStatus = reader(Group);
