import { key } from "../../store/key.ts";
import type { Store, Write } from "../../store/store.ts";

/** When Meta last sent something. */
interface LastHeard {
  /** Milliseconds since the epoch; up to a minute older than the newest. */
  readonly at: number;
}

/** Notes when Meta last sent something about each of many, so seldom that it costs nothing. */
export interface LastHeards {
  /** What to commit beside updates that arrived `at`, epoch ms; the keys say what they are about. */
  readonly note: (keys: readonly string[], at: number) => Noted;
}

/** Notes that are about to be committed. */
export interface Noted {
  readonly writes: readonly Write[];
  /** The commit has failed: the next update notes again. */
  readonly takeBack: () => void;
}

const MINUTE_MS = 60_000;
/** More than this many are remembered only while they are of the last minute. */
const REMEMBERED = 10_000;

/** Where it is noted when something about a connection came. */
export function lastWebhookKey(connectionId: string): string {
  return key("last-webhook", connectionId);
}

/** Where it is noted when something came for a number of an account that nobody has connected. */
export function lastUnroutedKey(appId: string, wabaId: string): string {
  return key("last-unrouted", appId, wabaId);
}

/** Epoch ms; `null` when none has arrived yet. @throws {Failure} `store_unavailable` */
export async function readLastHeard(store: Store, noteKey: string): Promise<number | null> {
  const stored = await store.get<LastHeard>(noteKey);
  return stored?.value.at ?? null;
}

/** Of each key at most one note a minute, by the time of arrival, and never an older one. */
export function createLastHeards(): LastHeards {
  const noted = new Map<string, number>();

  return {
    note(keys, at) {
      const due = [...new Set(keys)].filter(
        (one) => at - (noted.get(one) ?? Number.NEGATIVE_INFINITY) >= MINUTE_MS,
      );
      for (const one of due) {
        noted.delete(one); // so that it goes to the end
        noted.set(one, at);
      }
      forget(noted, at);
      return {
        writes: due.map((one) => ({ key: one, value: { at } satisfies LastHeard })),
        takeBack: () => {
          for (const one of due) noted.delete(one);
        },
      };
    },
  };
}

function forget(noted: Map<string, number>, now: number): void {
  for (const [one, at] of noted) {
    if (noted.size <= REMEMBERED || now - at < MINUTE_MS) return;
    noted.delete(one);
  }
}
