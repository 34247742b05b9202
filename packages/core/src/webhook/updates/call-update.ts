import { z } from "zod";
import { capitals, instant, number, object, text, word } from "./loose.ts";
import { errors } from "./parts.ts";
import { reader } from "./reader.ts";

const CallUpdate = z.looseObject({
  callId: word,
  /** `connect`, `terminate`, `call_created` …; `null` where only the status is told. */
  event: text,
  /** `RINGING`, `ACCEPTED`, `REJECTED`; of a call that ended `COMPLETED`, `FAILED`. In capitals. */
  status: capitals,
  timestamp: instant,
  /** `USER_INITIATED` or `BUSINESS_INITIATED`. */
  direction: text,
  from: text,
  fromUserId: text,
  fromParentUserId: text,
  to: text,
  toUserId: text,
  toParentUserId: text,
  recipientId: text,
  recipientUserId: text,
  recipientParentUserId: text,
  session: object({ sdpType: text, sdp: text }),
  startTime: instant,
  endTime: instant,
  /** Seconds. */
  duration: number,
  bizOpaqueCallbackData: text,
  deeplinkPayload: text,
  ctaPayload: text,
  callRecording: object({}),
  callTranscript: object({}),
  errors,
});

/**
 * A call, or how far it got, in camelCase. `callId` is Meta's `id`, instants are ISO 8601 in UTC, what is
 * absent is `null`, names we do not know are kept.
 *
 * Source: WhatsApp calling reference, `calls`.
 */
export type CallUpdate = z.infer<typeof CallUpdate>;

const RENAMES = new Map([
  ["id", "callId"],
  ["parent_recipient_user_id", "recipientParentUserId"],
]);

/** Types one element of `calls`, or of the `statuses` beside them. */
export const readCall = reader(CallUpdate, RENAMES);
