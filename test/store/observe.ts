import type { Store } from "@wabakit/core";
import { ANYTHING, type Observation, type Value } from "./linearise.ts";
import type { Random } from "./random-faults.ts";

const CLIENTS = 4;
const OPERATIONS_PER_CLIENT = 4;

/** One record, and the stores through which it is reached, all at once. */
export interface Register {
  readonly stores: readonly Store[];
  readonly key: string;
}

/** Clients that read, overwrite, delete and compare-and-set one record at the same time. */
export async function observe({ stores, key }: Register, random: Random): Promise<Observation[]> {
  const history: Observation[] = [];
  let time = 0;
  let written = 0;
  const clients = Array.from({ length: CLIENTS / stores.length }, () => stores).flat();

  async function record(
    operation: Pick<Observation, "kind" | "before"> & { readonly after?: Value },
    run: () => Promise<Partial<Observation>>,
  ): Promise<void> {
    const invokedAt = ++time;
    const seen = await run().catch(() => ({ outcome: "unknown" as const }));
    history.push({ ...operation, outcome: "done", ...seen, invokedAt, returnedAt: ++time });
  }

  async function client(store: Store): Promise<void> {
    for (let count = 0; count < OPERATIONS_PER_CLIENT; count += 1) {
      for (let turns = random() * 6; turns > 1; turns -= 1) await new Promise(setImmediate);
      const seen = await store.get<number>(key).catch(() => undefined);
      const isRead = random() < 0.3;
      const isGuarded = random() < 0.7;
      const after = random() < 0.2 ? undefined : ++written;
      if (isRead) {
        await record({ kind: "read", before: undefined }, async () => ({
          before: (await store.get<number>(key))?.value,
        }));
      } else {
        const guards = isGuarded ? [{ key, version: seen?.version }] : [];
        const before = isGuarded ? seen?.value : ANYTHING;
        await record({ kind: "write", before, ...(after && { after }) }, async () => {
          const landed = await store.commit({ guards, writes: [{ key, value: after }] });
          return { outcome: landed ? "done" : "refused" };
        });
      }
    }
  }

  await Promise.all(clients.map(client));
  return history.filter(({ kind, outcome }) => kind === "write" || outcome === "done");
}
