import type { AnyEvent } from "../events.ts";

/** Beyond this many, events are read from the store when their turn comes. */
const MAX_EVENTS = 1_000;

/** Events emitted by this process a moment ago, to spare the first listener's job from reading them. */
export interface RecentEvents {
  readonly put: (events: readonly AnyEvent[]) => void;
  /** Once: a listener may have changed what it was given, so whoever runs again reads the store. */
  readonly take: (id: string) => AnyEvent | undefined;
}

export function createRecentEvents(): RecentEvents {
  const events = new Map<string, AnyEvent>();

  return {
    put(emitted) {
      for (const event of emitted.slice(0, MAX_EVENTS - events.size)) events.set(event.id, event);
    },
    take(id) {
      const event = events.get(id);
      events.delete(id);
      return event;
    },
  };
}
