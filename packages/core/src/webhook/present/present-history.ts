import { identifyContact } from "../contact-identity.ts";
import type { Item } from "../item.ts";
import type { JsonObject } from "../lenient.ts";
import { addresseeOf, senderOf } from "../party.ts";
import { readHistory, readHistoryMessage } from "../updates/history-update.ts";

/** A slice of a number's history, or why there is none. */
export function historySynced(value: JsonObject, { displayPhoneNumber, part }: Item) {
  const chunk = readHistory(value, displayPhoneNumber);
  return chunk && { ...chunk, part: part.number, parts: part.of, media: null };
}

/** A file of history that comes after the message it belongs to. */
export function mediaSynced(value: JsonObject, { contact, displayPhoneNumber, kind }: Item) {
  const read = readHistoryMessage(value, displayPhoneNumber);
  if (!read) return undefined;
  const isEcho = kind === "media_echo";
  const party = isEcho ? addresseeOf(value) : senderOf(value);
  const message = { ...read, direction: isEcho ? ("outbound" as const) : read.direction };
  return { ...NO_CHUNK, media: { contact: identifyContact(party, contact), message } };
}

const NO_CHUNK = {
  phase: null,
  chunkOrder: null,
  progress: null,
  threads: [],
  errors: null,
  declined: false,
  part: 1,
  parts: 1,
};
