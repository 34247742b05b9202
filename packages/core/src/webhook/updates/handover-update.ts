import { z } from "zod";
import { instant, object, text, word } from "./loose.ts";
import { reader } from "./reader.ts";

const control = object({
  previousOwnerAppId: text,
  /** `customer_service`, `marketing`, `ai_agent`, `escalation` … */
  previousOwnerRole: text,
  newOwnerAppId: text,
  newOwnerRole: text,
  /** What the app that let go wants to say. */
  metadata: text,
  conversationContext: object({}),
});

const HandoverUpdate = z.object({
  /** `control_passed` or `control_taken`; the part of that name is there. */
  type: word,
  timestamp: instant,
  controlPassed: control,
  controlTaken: control,
});

/** Another app has the conversation now. Source: WhatsApp webhooks reference, `messaging_handovers`. */
export type HandoverUpdate = z.infer<typeof HandoverUpdate>;

/** Types the value of `messaging_handovers`. */
export const readHandoverUpdate = reader(HandoverUpdate);
