import { type ContactIndex, findContact, indexContacts } from "./contact-index.ts";
import { sliceHistory } from "./history-slices.ts";
import type { Item, Part } from "./item.ts";
import { type FieldLayout, LAYOUTS, type ListLayout } from "./layouts.ts";
import { asId, asList, asObject, isObject, type JsonObject, NOTHING, pick } from "./lenient.ts";
import type { Place } from "./place.ts";

const WHOLE: Part = { number: 1, of: 1 };

/**
 * Into how many updates a body is taken apart at most. Meta puts at most 1,000 into one: who sends ten
 * times as many is not Meta, and taking apart what they send would hold up everybody else.
 */
export const MOST_UPDATES = 10_000;

/** What the elements of a messages-like value have in common. */
const COMMON = ["messaging_product", "metadata"];
const NOBODY: readonly unknown[] = [];

/** A value as one update. */
export function wholeItem(place: Place, value: unknown): Item {
  return {
    ...place,
    kind: place.field,
    id: undefined,
    value,
    contact: undefined,
    shared: NOTHING,
    list: undefined,
    within: undefined,
    part: WHOLE,
  };
}

/**
 * Takes a value apart into the elements of its field's lists; none where the field has no lists, or the
 * value none of them, or too many elements. Nothing in the value is lost: what no element claims goes with
 * the first one.
 */
export function splitValue(place: Place, value: JsonObject): readonly Item[] {
  const layout = LAYOUTS.get(place.field);
  if (!layout) return [];
  if (layout.within === undefined) return splitLists(place, layout, value);

  const { [layout.within]: inner, ...beside } = value;
  if (!isObject(inner)) return [];
  const items = splitLists(place, layout, inner);
  return items.map((item, index) => nested(item, layout, index === 0 ? beside : commonOf(beside)));
}

function nested(item: Item, { within = "" }: FieldLayout, outer: JsonObject): Item {
  return { ...item, within, shared: { ...outer, [within]: item.shared } };
}

interface Splitting {
  readonly place: Place;
  readonly index: ContactIndex;
  /** What every element gets. */
  readonly shared: JsonObject;
}

function splitLists(place: Place, { lists }: FieldLayout, value: JsonObject): readonly Item[] {
  const elements = lists.reduce((sum, { list }) => sum + (asList(value[list])?.length ?? 0), 0);
  if (elements > MOST_UPDATES) return [];
  const contacts = asList(value.contacts) ?? NOBODY;
  const splitting = { place, index: indexContacts(contacts), shared: commonOf(value) };
  const items: Item[] = [];
  const known = ["contacts", ...COMMON];
  for (const layout of lists) {
    if (layout.isBeside && items.length > 0) continue;
    known.push(layout.list);
    for (const element of asList(value[layout.list]) ?? []) {
      items.push(...itemsOf(splitting, layout, element));
    }
  }
  const unknown = Object.keys(value).filter((name) => !known.includes(name));
  const unclaimed = unclaimedIn(contacts, items);
  if (unknown.length === 0 && unclaimed.length === 0) return items;
  return withLeftovers(items, pick(value, unknown), unclaimed);
}

/** As `pick`, and several times as fast: every value goes through here. */
function commonOf(value: JsonObject): JsonObject {
  const common: Record<string, unknown> = {};
  for (const name of COMMON) if (Object.hasOwn(value, name)) common[name] = value[name];
  return common;
}

/** The contacts that no item is about. */
function unclaimedIn(contacts: readonly unknown[], items: readonly Item[]): readonly unknown[] {
  if (contacts.length === 1 && items[0]?.contact === contacts[0]) return NOBODY;
  const claimed = new Set<unknown>(items.map((item) => item.contact));
  return contacts.filter((contact) => !claimed.has(contact));
}

function itemsOf(splitting: Splitting, layout: ListLayout, element: unknown): readonly Item[] {
  if (layout.kind !== "history") return [itemOf(splitting, layout, element)];
  const slices = sliceHistory(element);
  return slices.map((slice, index) => ({
    ...itemOf(splitting, layout, slice),
    part: { number: index + 1, of: slices.length },
  }));
}

function itemOf({ place, index, shared }: Splitting, layout: ListLayout, value: unknown): Item {
  const { list, kind, partyOf, isNamed } = layout;
  const element = asObject(value);
  const party = partyOf(element, place.displayPhoneNumber);
  const contact = party && findContact(index, party);
  return {
    ...place,
    kind,
    id: isNamed ? asId(element.id) : undefined,
    value,
    contact,
    shared: contact ? { ...shared, contacts: [contact] } : shared,
    list,
    within: undefined,
    part: WHOLE,
  };
}

/**
 * Hands what nobody claimed to one item: contacts of nobody in this value, and names we do not
 * know (`conversation_context` is such a one). To it alone, so that a batch of 1,000 does not carry it
 * 1,000 times.
 */
function withLeftovers(
  items: readonly Item[],
  beside: JsonObject,
  unclaimed: readonly unknown[],
): readonly Item[] {
  const heir = items.find(hasFailed) ?? items[0];
  return items.map((item) => (item === heir ? inheriting(item, beside, unclaimed) : item));
}

function inheriting(item: Item, beside: JsonObject, unclaimed: readonly unknown[]): Item {
  const contacts = [...(item.contact ? [item.contact] : []), ...unclaimed];
  const shared = { ...item.shared, ...beside, ...(contacts.length > 0 && { contacts }) };
  return { ...item, shared };
}

/** A call that failed: the errors beside it are its own. */
function hasFailed({ kind, value }: Item): boolean {
  return kind === "call" && isObject(value) && /^failed$/i.test(asId(value.status) ?? "");
}
