import type { ContactIdentity } from "./contact-identity.ts";
import type { JsonObject } from "./lenient.ts";
import type { EchoUpdate } from "./updates/echo-update.ts";
import type { HistoryChunk, HistoryMessage } from "./updates/history-update.ts";
import type { MessageUpdate } from "./updates/message-update.ts";
import type { StandbyEcho } from "./updates/standby-echo.ts";
import type { StatusUpdate } from "./updates/status-update.ts";

/** What every update has beside its own data. */
export interface Raw {
  /** Meta's `value` as it came; of a list, with the one element that the event is about and its contact. */
  readonly raw: JsonObject;
}

/** An update that is about a person. */
export interface OfContact extends Raw {
  /** `null` when Meta names nobody. */
  readonly contact: ContactIdentity | null;
}

/** The messages of one type. */
export type MessageOf<Type extends MessageUpdate["type"]> = Extract<MessageUpdate, { type: Type }>;
type EchoOf<Type extends EchoUpdate["type"]> = Extract<EchoUpdate, { type: Type }>;

/** A user wrote, reacted, sent a file, tapped a button: what Meta lists under `messages`. */
export interface MessageReceived extends OfContact {
  readonly message: Exclude<MessageUpdate, { type: "edit" | "revoke" }>;
}

/** The business wrote in its WhatsApp Business app. */
export interface MessageEchoed extends OfContact {
  readonly message: Exclude<EchoUpdate, { type: "edit" | "revoke" }>;
}

/** Who changed an earlier message: a user, or the business in its WhatsApp Business app. */
export type MessageChange<Type extends "edit" | "revoke"> = OfContact &
  (
    | { readonly direction: "inbound"; readonly message: MessageOf<Type> }
    | { readonly direction: "outbound"; readonly message: EchoOf<Type> }
  );

/** A message of ours got further, or failed; in a group the contact is the participant. */
export interface MessageStatusUpdated extends OfContact {
  readonly status: StatusUpdate;
  /**
   * How far the message has got by what had arrived before: `failed` stays, else a later word than this
   * `status` where statuses came in another order.
   */
  readonly current: string;
}

/** A part of what was written before the number was connected, and files that came later. */
export interface HistorySynced extends HistoryChunk, Raw {
  /** A chunk of more than 100 messages is told in parts, counted from 1. */
  readonly part: number;
  readonly parts: number;
  /** The file of an earlier `media_placeholder`, which has the same wamid. */
  readonly media: {
    readonly contact: ContactIdentity | null;
    readonly message: HistoryMessage;
  } | null;
}

/** A user answered whether the business may call; the answer is in `message.interactive`. */
export interface CallPermissionReplied extends OfContact {
  readonly message: MessageOf<"interactive">;
}

/** What another app that has the conversation sees and does; it must not be answered. */
export interface StandbyReceived extends OfContact {
  /** Which of the three is there; the others are `null`. */
  readonly kind: "message" | "echo" | "status";
  readonly message: MessageUpdate | null;
  readonly echo: StandbyEcho | null;
  readonly status: StatusUpdate | null;
}
