import type { Hub } from "@wabakit/core";

/** What a typed listener has heard by now. */
export interface Heard {
  readonly events: number;
  /** How many messages these were about. */
  readonly messages: number;
  /** Milliseconds since the epoch. */
  readonly lastAt: number;
}

/** Listens to a hub. */
export interface Ear {
  readonly read: () => Heard;
  /** @throws {Error} When that many messages have not been heard in time. */
  readonly until: (messages: number, timeoutMs: number) => Promise<Heard>;
}

export function listenTo(hub: Pick<Hub, "on">): Ear {
  const ids = new Set<string>();
  let events = 0;
  let lastAt = 0;
  let wanted = Number.POSITIVE_INFINITY;
  let wake = () => {};
  hub.on("message.received", ({ data }) => {
    ids.add(data.message.wamid);
    events += 1;
    lastAt = Date.now();
    if (ids.size >= wanted) wake();
  });

  const read = () => ({ events, messages: ids.size, lastAt });
  return {
    read,
    async until(messages, timeoutMs) {
      const reached = Promise.withResolvers<void>();
      wanted = messages;
      wake = reached.resolve;
      const impatience = setTimeout(() => {
        reached.reject(new Error(`The listener has heard ${ids.size} of ${messages} messages.`));
      }, timeoutMs);
      if (ids.size >= messages) wake();
      await reached.promise.finally(() => clearTimeout(impatience));
      return read();
    },
  };
}
