import type { Store } from "@wabakit/core";
import { type Death, isAt } from "./failpoint.ts";

/** Ends the process as the kernel would. */
export function die(): void {
  process.kill(process.pid, "SIGKILL");
}

/** Counts towards a death. @returns Whether this is the moment. */
export function countdown({ n }: Death): () => boolean {
  let count = 0;
  return () => {
    count += 1;
    return count === n;
  };
}

/** A store that kills the process right before or right after one commit. */
export function doomedStore(store: Store, death: Death): Store {
  const isNow = countdown(death);

  return {
    atomicity: store.atomicity,
    start: () => store.start(),
    describe: () => store.describe(),
    stop: () => store.stop(),
    get: (key) => store.get(key),
    getMany: (keys) => store.getMany(keys),
    async commit(change) {
      const dies = isAt(death.at, change) && isNow();
      if (dies && death.when === "before") die();
      const landed = await store.commit(change);
      if (dies) die();
      return landed;
    },
  };
}
