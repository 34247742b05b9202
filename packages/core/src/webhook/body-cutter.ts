import type { ChangePlace } from "./item.ts";
import { elementsOf, type Member, membersOf, type Slice, wholeValue } from "./json-slices.ts";

/**
 * Cuts a body down to some of its changes, given in the order of their entries. Every one, and everything
 * else an entry holds, is a slice of the original bytes, so Meta's escapes, digits and order stay as they
 * are; of the root `object` remains.
 */
export type CutBody = (kept: readonly ChangePlace[]) => Uint8Array;

/** Where the parts of a body stand. */
interface Skeleton {
  readonly object: Slice | undefined;
  readonly entries: readonly EntrySkeleton[];
}

interface EntrySkeleton {
  readonly whole: Slice;
  readonly changes: readonly Slice[];
  /** Its members but `changes`. */
  readonly others: readonly Slice[];
}

/** For one body, which is looked through once, and only if something is cut out of it. */
export function bodyCutter(bytes: Uint8Array): CutBody {
  let skeleton: Skeleton | undefined;
  return (kept) => {
    skeleton ??= readSkeleton(bytes);
    const { object, entries } = skeleton;
    const byEntry = Map.groupBy(kept, ({ entry }) => entry);
    const cut = [...byEntry].flatMap(([index, places]) => {
      const entry = entries[index];
      return entry ? [cutEntry(bytes, entry, places)] : [];
    });
    return objectOf([...(object ? [slice(bytes, object)] : []), member("entry", cut)]);
  };
}

function readSkeleton(bytes: Uint8Array): Skeleton {
  const root = membersOf(bytes, wholeValue(bytes));
  const entries = listNamed(bytes, root, "entry").map((whole) => {
    const members = membersOf(bytes, whole);
    const changes = listNamed(bytes, members, "changes");
    return { whole, changes, others: members.filter(({ name }) => name !== "changes") };
  });
  return { object: root.findLast(({ name }) => name === "object"), entries };
}

/** Of members of the same name the last one counts. */
function listNamed(bytes: Uint8Array, members: readonly Member[], wanted: string) {
  const found = members.findLast(({ name }) => name === wanted);
  return found ? elementsOf(bytes, found.value) : [];
}

function cutEntry(
  bytes: Uint8Array,
  { whole, changes, others }: EntrySkeleton,
  places: readonly ChangePlace[],
): Uint8Array {
  if (places.some(({ change }) => change === undefined)) return slice(bytes, whole);
  const kept = places.flatMap(({ change = -1 }) => changes[change] ?? []);
  const cut = kept.map((change) => slice(bytes, change));
  return objectOf([...others.map((other) => slice(bytes, other)), member("changes", cut)]);
}

function slice(bytes: Uint8Array, { start, end }: Slice): Uint8Array {
  return bytes.subarray(start, end);
}

function objectOf(members: readonly Uint8Array[]): Uint8Array {
  return enclosed("{", members, "}");
}

function member(name: string, elements: readonly Uint8Array[]): Uint8Array {
  return enclosed(`"${name}":[`, elements, "]");
}

function enclosed(opening: string, parts: readonly Uint8Array[], closing: string): Uint8Array {
  const comma = Buffer.from(",");
  const separated = parts.flatMap((part, index) => (index === 0 ? [part] : [comma, part]));
  return Buffer.concat([Buffer.from(opening), ...separated, Buffer.from(closing)]);
}
