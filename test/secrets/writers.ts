import type { Hub, Store } from "@wabakit/core";
import type { Endpoint } from "../../packages/core/src/delivery/endpoint.ts";
import { addEndpoint, type Entry, organizationOf } from "./ledger.ts";
import type { SealedStore } from "./sealed-store.ts";

/** How often each kind of change was made. */
export interface Changes {
  readonly added: number;
  readonly deleted: number;
  readonly edited: number;
  readonly reconnected: number;
}

type Step = (turn: number) => Promise<void>;

/**
 * Changes records with secrets in them all the time, each kind of change on a lane of its own, and
 * keeps the ledger.
 *
 * @returns What ends it.
 */
export function startWriters(here: SealedStore, hub: Hub, store: Store): () => Promise<Changes> {
  const { ledger, accounts } = here;
  const edited = [...ledger].filter(([key]) => key.startsWith("endpoint:"));
  const steps: Readonly<Record<keyof Changes, Step>> = {
    async added(turn) {
      await addEndpoint(hub, ledger, organizationOf(turn));
    },
    async deleted(turn) {
      const organizationId = organizationOf(turn);
      const { key, id } = await addEndpoint(hub, ledger, organizationId);
      await hub.organization(organizationId).webhookEndpoints.delete(id);
      ledger.delete(key);
    },
    async edited(turn) {
      // From both ends and the middle: the rotation meets some of them.
      const [key, entry] = edited[(turn * 7919) % edited.length] ?? [];
      if (key && entry) await edit(here, store, { key, entry, description: `edit ${turn}` });
    },
    async reconnected(turn) {
      const account = accounts[turn % accounts.length];
      if (account) await here.connect(hub, account);
    },
  };
  let ended = false;
  const lanes = Object.values(steps).map(async (step) => {
    let turn = 0;
    while (!ended) await step(turn++);
    return turn;
  });
  return async () => {
    ended = true;
    const [added = 0, deleted = 0, changed = 0, reconnected = 0] = await Promise.all(lanes);
    return { added, deleted, edited: changed, reconnected };
  };
}

/** What any change of an endpoint does: it reads the record, and writes it back with its secret. */
async function edit(
  { ledger }: SealedStore,
  store: Store,
  { key, entry, description }: { key: string; entry: Entry; description: string },
): Promise<void> {
  for (;;) {
    const stored = await store.get<Endpoint>(key);
    if (!stored) throw new Error(`${key} is gone.`);
    const guards = [{ key, version: stored.version }];
    const writes = [{ key, value: { ...stored.value, description } }];
    if (await store.commit({ guards, writes })) break;
  }
  ledger.set(key, { ...entry, description });
}
