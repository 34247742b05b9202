/** What arrives, in its order, for somebody who takes it piece by piece. */
export interface Mailbox<Item> {
  readonly put: (item: Item) => void;
  /** The next one; waits for it if need be. */
  readonly take: () => Promise<Item>;
  /** How many nobody has taken. */
  readonly count: () => number;
}

export function mailbox<Item>(): Mailbox<Item> {
  const items: Item[] = [];
  const takers: ((item: Item) => void)[] = [];
  return {
    put(item) {
      const taker = takers.shift();
      if (taker) taker(item);
      else items.push(item);
    },
    take() {
      const item = items.shift();
      if (item !== undefined) return Promise.resolve(item);
      return new Promise((resolve) => takers.push(resolve));
    },
    count: () => items.length,
  };
}
