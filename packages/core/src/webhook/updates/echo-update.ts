import { asText, type JsonObject } from "../lenient.ts";
import { type MessageUpdate, readMessage } from "./message-update.ts";

/** Whom a message went to, as Meta tells it. */
export interface Addressee {
  readonly to: string | null;
  readonly toUserId: string | null;
  readonly toParentUserId: string | null;
}

/**
 * A message that the business wrote in its WhatsApp Business app: like a received one, with an addressee.
 *
 * Source: WhatsApp webhooks reference, `smb_message_echoes`.
 */
export type EchoUpdate = MessageUpdate & Addressee;

/** Types one element of `message_echoes`; `undefined` when it has no id. */
export function readEcho(echo: JsonObject): EchoUpdate | undefined {
  const message = readMessage(echo);
  return (
    message && {
      ...message,
      to: asText(echo.to),
      toUserId: asText(echo.to_user_id),
      toParentUserId: asText(echo.to_parent_user_id),
    }
  );
}
