import { type ContactIndex, findContact, indexContacts } from "./contact-index.ts";
import type { Item, Notification, PlacedChange } from "./item.ts";
import { readJson } from "./json.ts";
import { asId, asList, isObject, type JsonObject } from "./lenient.ts";
import { type Party, recipientOf, senderOf } from "./party.ts";
import { type Place, placeOf } from "./place.ts";

const NOTHING: JsonObject = {};

/**
 * Reads the body of one POST into its updates: one item per message, status and value-level error of
 * the field `messages`, one per change of every other field.
 *
 * Never throws and drops no update. What has no meaning to us (a foreign envelope, an entry that is no
 * object, a `messages` value without the three lists) becomes an item with its raw value; a body that
 * is not JSON becomes one item of kind `unparsable` with its text. The envelope is read leniently:
 * `object` is ignored, a single value may stand for a list, a change may stand on its entry.
 *
 * Only names that Meta might one day add to root, entry or change are left behind: they are no updates.
 */
export function parseNotification(bytes: Uint8Array): Notification {
  const reading = readJson(bytes);
  const changes = reading.ok ? readRoot(reading.value) : [nowhere("unparsable", reading.text)];
  return { items: changes.flatMap(({ items }) => items), changes };
}

function readRoot(root: unknown): readonly PlacedChange[] {
  const entries = isObject(root) ? asList(root.entry) : undefined;
  return entries ? entries.flatMap(readEntry) : [nowhere("unknown", root)];
}

function readEntry(entry: unknown, index: number): readonly PlacedChange[] {
  if (!isObject(entry)) return [nowhere("unknown", entry, index)];
  const all = { entry: index, change: undefined };
  const changes = asList(entry.changes);
  if (!changes) return [{ ...all, items: readChange(entry, entry) }];
  if (changes.length === 0) return [{ ...all, items: [] }];
  return changes.map((change, at) => ({ ...all, change: at, items: readChange(entry, change) }));
}

function readChange(entry: JsonObject, change: unknown): readonly Item[] {
  const outer = isObject(change) ? change : NOTHING;
  const value = Object.hasOwn(outer, "value") ? outer.value : change;
  const inner = isObject(value) ? value : NOTHING;
  const place = placeOf(entry, outer, inner);
  const parts = place.field === "messages" ? splitMessages(place, inner) : [];
  return parts.length > 0 ? parts : [whole(place, value)];
}

const NOWHERE = placeOf(NOTHING, NOTHING, NOTHING);

function nowhere(field: string, value: unknown, entry = 0): PlacedChange {
  return { entry, change: undefined, items: [whole({ ...NOWHERE, field }, value)] };
}

function whole(place: Place, value: unknown): Item {
  const { field: kind } = place;
  return { ...place, kind, id: undefined, value, contact: undefined, shared: NOTHING };
}

/** How the lists of a `messages` value are read. */
const LISTS: readonly ListReader[] = [
  { list: "messages", kind: "message", partyOf: senderOf },
  { list: "statuses", kind: "status", partyOf: recipientOf },
  { list: "errors", kind: "error", partyOf: () => undefined },
];

interface ListReader {
  readonly list: "messages" | "statuses" | "errors";
  readonly kind: string;
  readonly partyOf: (element: JsonObject) => Party | undefined;
}

function splitMessages(place: Place, value: JsonObject): readonly Item[] {
  const { messages, statuses, errors, contacts, ...beside } = value;
  const lists = { messages, statuses, errors };
  const index = indexContacts(asList(contacts) ?? []);
  const shared = pick(beside, ["messaging_product", "metadata"]);
  const items = LISTS.flatMap((reader) =>
    (asList(lists[reader.list]) ?? []).map((element) =>
      part({ place, reader, index, shared }, element),
    ),
  );
  return withLeftovers(items, beside, asList(contacts) ?? []);
}

function pick(value: JsonObject, names: readonly string[]): JsonObject {
  const present = names.filter((name) => Object.hasOwn(value, name));
  return Object.fromEntries(present.map((name) => [name, value[name]]));
}

interface PartContext {
  readonly place: Place;
  readonly reader: ListReader;
  readonly index: ContactIndex;
  readonly shared: JsonObject;
}

function part({ place, reader, index, shared }: PartContext, value: unknown): Item {
  const element = isObject(value) ? value : NOTHING;
  const party = reader.partyOf(element);
  const contact = party && findContact(index, party);
  const own = contact ? { ...shared, contacts: [contact] } : shared;
  return { ...place, kind: reader.kind, id: asId(element.id), value, contact, shared: own };
}

/**
 * Hands what nobody claimed to the first item: contacts of nobody in this value, and names we do not
 * know (`conversation_context` is such a one). To it alone, so that a batch of 1,000 does not carry it
 * 1,000 times.
 */
function withLeftovers(
  items: readonly Item[],
  beside: JsonObject,
  contacts: readonly unknown[],
): readonly Item[] {
  const [first, ...others] = items;
  if (!first) return items;

  const claimed = new Set<unknown>(items.map((item) => item.contact));
  const unclaimed = contacts.filter((contact) => !claimed.has(contact));
  const own = first.contact ? [first.contact] : [];
  const together = [...own, ...unclaimed];
  const shared = { ...beside, ...(together.length > 0 && { contacts: together }) };
  return [{ ...first, shared }, ...others];
}
