import type { Item, Notification, PlacedChange } from "./item.ts";
import { readJson } from "./json.ts";
import { asList, asObject, isObject, type JsonObject, NOTHING } from "./lenient.ts";
import { placeOf } from "./place.ts";
import { MOST_UPDATES, splitValue, wholeItem } from "./split.ts";

/**
 * Reads the body of one POST into its updates: one item per message, status, call and so on where the value
 * of a field holds lists of them (`layouts.ts`), one per change of every other field.
 *
 * Never throws and drops no update. What has no meaning to us (a foreign envelope, an entry that is no
 * object, a value without the lists of its field) becomes an item with its raw value; a body that
 * is not JSON becomes one item of kind `unparsable` with its text. The envelope is read leniently:
 * `object` is ignored, a single value may stand for a list, a change may stand on its entry.
 * A value of more than 10,000 elements stays whole, and so does a body of more than 10,000 updates: taking
 * these apart would hold up everybody else.
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
  if (!entries) return [nowhere("unknown", root)];
  const read: PlacedChange[] = [];
  let updates = 0;
  for (const change of changesIn(entries)) {
    updates += Math.max(change.items.length, 1);
    if (updates > MOST_UPDATES) return [nowhere("unknown", root)];
    read.push(change);
  }
  return read;
}

function* changesIn(entries: readonly unknown[]): Generator<PlacedChange> {
  for (const [index, entry] of entries.entries()) yield* readEntry(entry, index);
}

function* readEntry(entry: unknown, index: number): Generator<PlacedChange> {
  if (!isObject(entry)) return yield nowhere("unknown", entry, index);
  const all = { entry: index, change: undefined };
  const changes = asList(entry.changes);
  if (!changes) return yield { ...all, items: readChange(entry, entry) };
  if (changes.length === 0) return yield { ...all, items: [] };
  for (const [at, change] of changes.entries()) {
    yield { ...all, change: at, items: readChange(entry, change) };
  }
}

function readChange(entry: JsonObject, change: unknown): readonly Item[] {
  const outer = asObject(change);
  const value = Object.hasOwn(outer, "value") ? outer.value : change;
  const inner = asObject(value);
  const place = placeOf(entry, outer, inner);
  const parts = splitValue(place, inner);
  return parts.length > 0 ? parts : [wholeItem(place, value)];
}

const NOWHERE = placeOf(NOTHING, NOTHING, NOTHING);

function nowhere(field: string, value: unknown, entry = 0): PlacedChange {
  return { entry, change: undefined, items: [wholeItem({ ...NOWHERE, field }, value)] };
}
