import { identifyContact } from "../contact-identity.ts";
import { callPartyOf, recipientOf } from "../party.ts";
import type { PresentedItem } from "../update-data.ts";
import { type CallUpdate, readCall } from "../updates/call-update.ts";
import type { Presented } from "./presenter.ts";

const EVENTS: ReadonlyMap<unknown, "call.connected" | "call.terminated"> = new Map([
  ["connect", "call.connected"],
  ["terminate", "call.terminated"],
]);

/** An element of `calls`. Errors beside the list are those of the call that failed. */
export function presentCall({ item, value, raw }: Presented): PresentedItem | undefined {
  const { errors } = item.shared;
  const call = readCall(errors === undefined ? value : { errors, ...value });
  if (!call) return undefined;
  const contact = identifyContact(callPartyOf(value, item.displayPhoneNumber), item.contact);
  const type = EVENTS.get(call.event?.toLowerCase());
  return type ? { type, data: { contact, call, raw } } : statusUpdated(call, contact, raw);
}

/** An element of the `statuses` beside calls. */
export function presentCallStatus({ item, value, raw }: Presented): PresentedItem | undefined {
  const call = readCall(value);
  return call && statusUpdated(call, identifyContact(recipientOf(value), item.contact), raw);
}

function statusUpdated(
  call: CallUpdate,
  contact: ReturnType<typeof identifyContact>,
  raw: Presented["raw"],
): PresentedItem | undefined {
  const status = call.status || call.event;
  if (!status) return undefined;
  return { type: "call.status_updated", data: { contact, call, status, raw } };
}
