import { type Forward, forwardId } from "../delivery/forward.ts";
import type { TargetRef } from "../delivery/target.ts";
import { bodyCutter } from "./body-cutter.ts";
import { contactKeys } from "./contact-keys.ts";
import type { Item, PlacedChange } from "./item.ts";
import { relayItem } from "./relay-item.ts";
import type { FindWhose } from "./whose.ts";

/** A notification that is being worked on. */
export interface Source {
  /** The same whenever this very notification is worked on again. */
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly changes: readonly PlacedChange[];
}

interface Judging {
  readonly find: FindWhose;
  /** What of the notification was not known before. */
  readonly fresh: ReadonlySet<Item>;
  /** Ids of forwards that are committed. */
  readonly done: ReadonlySet<string>;
}

/**
 * What of a notification goes on, and where to: its exact bytes where all of it is for one, else to each
 * its own changes, cut out of the bytes. Who has got everything before gets nothing.
 */
export function forwardsOf(source: Source, { find, fresh, done }: Judging): readonly Forward[] {
  const { bytes, changes } = source;
  const byTarget = new Map<TargetRef, PlacedChange[]>();
  for (const change of changes) {
    for (const target of targetsOf(change, find)) {
      const own = byTarget.get(target) ?? [];
      own.push(change);
      byTarget.set(target, own);
    }
  }
  const cut = bodyCutter(bytes);
  return [...byTarget].flatMap(([target, own]) => {
    const id = forwardId(source.id, target);
    const isNew = own.some(({ items }) => items.some((item) => fresh.has(item)));
    if (!isNew || done.has(id)) return [];
    const isAll = own.length === changes.length;
    const forward = {
      id,
      target,
      bytes: isAll ? bytes : cut(own),
      tenantIds: tenantsOf(own, find),
    };
    return [{ ...forward, ...inOrder(own, find) }];
  });
}

function inOrder(changes: readonly PlacedChange[], find: FindWhose): Pick<Forward, "keys"> {
  const items = changes.flatMap((change) => change.items);
  const isOrdered = items.some((item) => find(item).waba?.ordered);
  return isOrdered ? { keys: contactKeys(items) } : {};
}

function tenantsOf(changes: readonly PlacedChange[], find: FindWhose): readonly string[] {
  const numbers = changes.flatMap(({ items: [item] }) => (item ? find(item).numbers : []));
  return [...new Set(numbers.map(({ tenantId }) => tenantId))];
}

/** The items of a change are about the same number. */
function targetsOf({ items: [item] }: PlacedChange, find: FindWhose): readonly TargetRef[] {
  return item ? relayItem(item, find(item)) : [];
}
