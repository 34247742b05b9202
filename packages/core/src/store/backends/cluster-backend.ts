import { headAt, headOf, versionOf } from "../record.ts";
import type { Backend, EncodedChange, SharedRows, Text } from "./backend.ts";
import { merge } from "./merge.ts";

/** Each round that is lost was won by somebody else, so that many in a row mean that something is wrong. */
const MOST_ROUNDS = 1_000;

/** A row's head, and the version it means: a deleted record has a head, but no version. */
interface State {
  readonly head: Text;
  readonly version: string | undefined;
}

type States = ReadonlyMap<string, State>;

/**
 * Commits on rows that others write too. Callers have just read what they guard, so guards are taken
 * to hold and checked by the write itself: one question where nobody interferes. Where somebody does,
 * what is there is read, and decided anew.
 */
export function clusterBackend(rows: SharedRows): Backend {
  return {
    atomicity: "cluster",
    start: rows.start,
    stop: rows.stop,
    read: rows.read,
    async land(changes) {
      let states = assumed(changes);
      for (let round = 0; round < MOST_ROUNDS; round += 1) {
        const { records, landed } = merge(changes, (key) => states.get(key)?.version);
        const isDecided = records.size === 0 && round > 0;
        if (isDecided || (await rows.swap(headsOf(states), records))) return landed;
        states = await readStates(rows, [...states.keys()]);
      }
      throw new Error(`A commit was overtaken by others ${MOST_ROUNDS} times in a row.`);
    },
  };
}

/** Of guards that contradict each other the first one counts: if it holds, the others have lost. */
function assumed(changes: readonly EncodedChange[]): States {
  const states = new Map<string, State>();
  for (const { key, version } of changes.flatMap(({ guards }) => guards)) {
    const head = version === undefined ? undefined : headAt(version);
    if (!states.has(key)) states.set(key, { head, version });
  }
  return states;
}

async function readStates(rows: SharedRows, keys: readonly string[]): Promise<States> {
  const texts = await rows.read(keys);
  return new Map(
    keys.map((key, index) => {
      const text = texts[index];
      return [key, { head: text && headOf(text), version: versionOf(text) }];
    }),
  );
}

function headsOf(states: States): ReadonlyMap<string, Text> {
  return new Map([...states].map(([key, { head }]) => [key, head]));
}
