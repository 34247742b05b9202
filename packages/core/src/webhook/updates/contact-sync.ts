import { z } from "zod";
import { instant, text, word } from "./loose.ts";
import { reader } from "./reader.ts";

const ContactSync = z.looseObject({
  type: z.literal("contact").nullish(),
  /** `add`, also after a change, or `remove`. */
  action: word,
  contact: z.looseObject({
    fullName: text,
    firstName: text,
    phoneNumber: text,
    userId: text,
    parentUserId: text,
    username: text,
  }),
  metadata: z.looseObject({ timestamp: instant }).catch({ timestamp: null }),
});

/** A contact in the app of a coexistence number. Source: WhatsApp webhooks reference, `smb_app_state_sync`. */
export type ContactSync = z.infer<typeof ContactSync>;

/** Types one element of `state_sync`; `undefined` for what is no contact. */
export const readContactSync = reader(ContactSync);
