import { key } from "../../store/key.ts";
import type { Store, Write } from "../../store/store.ts";

/** When Meta last sent something about a connection. */
interface LastWebhook {
  /** Milliseconds since the epoch; up to a minute older than the newest. */
  readonly at: number;
}

/** Notes when Meta last sent something about each connection, so seldom that it costs nothing. */
export interface LastWebhooks {
  /** What to commit beside an update of these connections that arrived `at`, epoch ms. */
  readonly note: (connectionIds: readonly string[], at: number) => Noted;
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

/** Where the note of a connection is kept. */
export function lastWebhookKey(connectionId: string): string {
  return key("last-webhook", connectionId);
}

/** Epoch ms; `null` when none has arrived yet. @throws {Failure} `store_unavailable` */
export async function readLastWebhook(store: Store, connectionId: string): Promise<number | null> {
  const stored = await store.get<LastWebhook>(lastWebhookKey(connectionId));
  return stored?.value.at ?? null;
}

/** Of each connection at most one note a minute, by the time of arrival, and never an older one. */
export function createLastWebhooks(): LastWebhooks {
  const noted = new Map<string, number>();

  return {
    note(connectionIds, at) {
      const due = [...new Set(connectionIds)].filter(
        (id) => at - (noted.get(id) ?? Number.NEGATIVE_INFINITY) >= MINUTE_MS,
      );
      for (const id of due) {
        noted.delete(id); // so that it goes to the end
        noted.set(id, at);
      }
      forget(noted, at);
      return {
        writes: due.map((id) => ({ key: lastWebhookKey(id), value: { at } satisfies LastWebhook })),
        takeBack: () => {
          for (const id of due) noted.delete(id);
        },
      };
    },
  };
}

function forget(noted: Map<string, number>, now: number): void {
  for (const [id, at] of noted) {
    if (noted.size <= REMEMBERED || now - at < MINUTE_MS) return;
    noted.delete(id);
  }
}
