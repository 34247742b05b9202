import type { Store } from "@wabakit/core";

/** A commit that waits for the test. */
export interface Held {
  /** Resolves when it has come. */
  readonly reached: Promise<void>;
  readonly release: () => void;
}

/** Stops the next commit that writes, or with `"removes"` removes, a record. */
export type HoldCommit = (key: string, kind?: "writes" | "removes") => Held;

/** A store's commits, which a test may hold. */
export function holdable(store: Store) {
  const holds = new Map<string, { arrive: () => void; opened: Promise<void> }>();
  const commit: Store["commit"] = async (change) => {
    const names = change.writes.map(({ key, value }) => nameOf(key, value ? "writes" : "removes"));
    const name = names.find((candidate) => holds.has(candidate));
    const hold = holds.get(name ?? "");
    if (name) holds.delete(name);
    hold?.arrive();
    await hold?.opened;
    return store.commit(change);
  };
  const holdCommit: HoldCommit = (key, kind = "writes") => {
    const [arrival, opening] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    holds.set(nameOf(key, kind), { arrive: arrival.resolve, opened: opening.promise });
    return { reached: arrival.promise, release: opening.resolve };
  };
  return { commit, holdCommit };
}

function nameOf(key: string, kind: "writes" | "removes"): string {
  return `${kind} ${key}`;
}
