import type { Store } from "@wabakit/core";
import type { Death } from "./server-config.ts";

/** A store that kills the process, as the kernel would, right before or right after one commit. */
export function dyingStore(store: Store, { commit: dieAt, when }: Death): Store {
  let commits = 0;
  const die = () => process.kill(process.pid, "SIGKILL");

  return {
    atomicity: store.atomicity,
    start: () => store.start(),
    describe: () => store.describe(),
    stop: () => store.stop(),
    get: (key) => store.get(key),
    getMany: (keys) => store.getMany(keys),
    async commit(change) {
      commits += 1;
      const dies = commits === dieAt;
      if (dies && when === "before") die();
      const landed = await store.commit(change);
      if (dies) die();
      return landed;
    },
  };
}
