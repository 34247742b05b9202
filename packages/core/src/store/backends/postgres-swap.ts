import { encodeRecord, headOf, newVersion, versionOf } from "../record.ts";
import type { Text } from "./backend.ts";
import { rowHead, wrap } from "./row-text.ts";

/** What one statement does to a table: rows, or how they begin, by key. */
export interface SwapPlan {
  /** These rows must be as expected. */
  readonly held: ReadonlyMap<string, string>;
  readonly removed: readonly string[];
  /** These rows must not be there yet. */
  readonly created: ReadonlyMap<string, string>;
  readonly written: ReadonlyMap<string, string>;
  /** Of the created rows, those that only hold a place: to be removed when all is written. */
  readonly placeholders: ReadonlyMap<string, string>;
}

/**
 * A row that is not there cannot be locked. So a key that must be absent, and that nothing is written
 * to, gets a deleted record for a moment: whoever creates the row meanwhile is noticed.
 */
export function planSwap(
  expected: ReadonlyMap<string, Text>,
  records: ReadonlyMap<string, string>,
): SwapPlan {
  const isAbsent = (key: string) => expected.has(key) && expected.get(key) === undefined;
  const isLive = (text: Text) => versionOf(text) !== undefined;
  const absent = [...expected.keys()].filter(isAbsent);
  const empty = absent.filter((key) => !isLive(records.get(key)));
  const deleted = new Map(empty.map((key) => [key, encodeRecord(newVersion(), undefined)]));
  const others = [...records].filter(([key]) => !isAbsent(key));
  return {
    held: new Map([...expected].flatMap(([key, head]) => (head ? [[key, rowHead(head)]] : []))),
    removed: others.filter(([, text]) => !isLive(text)).map(([key]) => key),
    created: new Map(absent.map((key) => [key, wrap(deleted.get(key) ?? records.get(key) ?? "")])),
    written: new Map(
      others.filter(([, text]) => isLive(text)).map(([key, text]) => [key, wrap(text)]),
    ),
    placeholders: new Map([...deleted].map(([key, text]) => [key, rowHead(headOf(text))])),
  };
}
