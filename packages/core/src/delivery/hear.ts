import type { AnyEvent } from "../events.ts";
import type { JobHandler } from "../queue/queue.ts";
import type { Store } from "../store/store.ts";
import { eventKey } from "./emit.ts";
import type { Listeners } from "./listeners.ts";
import type { EventEntry, Outbox } from "./outbox.ts";
import type { RecentEvents } from "./recent-events.ts";

export interface HearParts {
  readonly store: Store;
  readonly outbox: Outbox;
  readonly listeners: Listeners;
  readonly recent: RecentEvents;
}

/** The job that has the host's listeners hear one event. A listener that throws hears it again. */
export function hear({ store, outbox, listeners, recent }: HearParts): JobHandler {
  return async (entryId) => {
    const entry = await outbox.find(entryId);
    if (!entry) return undefined;
    const known = recent.take(entry.id);
    if (listeners.hears(entry.event)) {
      const event = known ?? (await readEvent(store, entry));
      if (event) await listeners.run(event);
    }
    await outbox.finish(entryId);
    return undefined;
  };
}

async function readEvent(store: Store, { organizationId, id }: EventEntry) {
  return (await store.get<AnyEvent>(eventKey(organizationId, id)))?.value;
}
