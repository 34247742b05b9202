import type { AnyEvent, EventType, HubEvent } from "../events.ts";

/** Hears an event. A rejection runs every listener of that event again, later. */
export type Listener<Type extends EventType> = (event: HubEvent<Type>) => unknown;

/** Hears every event. */
export type AnyListener = (event: AnyEvent) => unknown;

/** Adds a listener. @returns Removes it again. */
export interface On {
  (type: "*", listener: AnyListener): () => void;
  <Type extends EventType>(type: Type, listener: Listener<Type>): () => void;
}

/** The host's listeners, part of the program: every worker has the same ones. */
export interface Listeners {
  readonly on: On;
  /** Whether anybody hears events of this type. */
  readonly hears: (type: EventType) => boolean;
  /** Runs all listeners of an event. Rejects with the first failure, after all have ended. */
  readonly run: (event: AnyEvent) => Promise<void>;
}

export function createListeners(): Listeners {
  const byType = new Map<string, Set<(event: never) => unknown>>();
  const listenersOf = (type: string) => byType.get(type) ?? new Set();

  function on(type: string, listener: (event: never) => unknown): () => void {
    byType.set(type, listenersOf(type).add(listener));
    return () => listenersOf(type).delete(listener);
  }

  return {
    on,
    hears: (type) => listenersOf(type).size + listenersOf("*").size > 0,
    async run(event) {
      const all = [...listenersOf(event.type), ...listenersOf("*")];
      // A listener was added for this type, or for all of them: the event is what it takes.
      const runs = all.map(async (listener) => listener(event as never));
      const failed = (await Promise.allSettled(runs)).find(({ status }) => status === "rejected");
      if (failed?.status === "rejected") throw failed.reason;
    },
  };
}
