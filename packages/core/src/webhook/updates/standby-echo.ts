import { z } from "zod";
import { instant, object, text, word } from "./loose.ts";
import { reader } from "./reader.ts";

const StandbyEcho = z.looseObject({
  wamid: word,
  timestamp: instant,
  /** As it was sent: the body of the Send API. */
  message: object({ to: text, recipient: text, type: text }),
  template: object({}),
  flow: object({}),
});

/** What the app that has the conversation sent. Source: WhatsApp webhooks reference, `standby`. */
export type StandbyEcho = z.infer<typeof StandbyEcho>;

/** Types one element of `message_echoes` under `standby`. */
export const readStandbyEcho = reader(StandbyEcho, new Map([["id", "wamid"]]));
