import { z } from "zod";
import { instant, number, object, text, word } from "./loose.ts";
import { reader } from "./reader.ts";

const ConversionUpdate = z.looseObject({
  /** The message in which it was found. */
  wamid: text,
  /** `LeadSubmitted` or `Purchase`. */
  eventName: word,
  timestamp: instant,
  ctwaClid: text,
  /** `value` is the amount times 1,000. */
  customData: object({ currency: text, value: number }),
});

/** A lead or purchase that Meta found in a conversation. Source: WhatsApp webhooks reference, `automatic_events`. */
export type ConversionUpdate = z.infer<typeof ConversionUpdate>;

/** Types one element of `automatic_events`. */
export const readConversion = reader(ConversionUpdate, new Map([["id", "wamid"]]));
