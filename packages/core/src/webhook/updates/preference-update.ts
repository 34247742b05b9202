import { z } from "zod";
import { instant, text, word } from "./loose.ts";
import { reader } from "./reader.ts";

const PreferenceUpdate = z.object({
  /** `marketing_messages`. */
  category: text,
  /** `stop`, `resume` or `signup`. */
  value: word,
  detail: text,
  signupId: text,
  timestamp: instant,
});

/** What a user wants to be sent. Source: WhatsApp webhooks reference, `user_preferences`. */
export type PreferenceUpdate = z.infer<typeof PreferenceUpdate>;

/** Types one element of `user_preferences`. */
export const readPreference = reader(PreferenceUpdate);
