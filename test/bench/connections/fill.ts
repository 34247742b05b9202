import { readDefaultOrganizationId } from "../../../packages/core/src/access/organizations/organization.ts";
import { openTimers } from "../../../packages/core/src/connections/timers/timers.ts";
import { createVault } from "../../../packages/core/src/crypto/vault.ts";
import { type Connecting, connectAccount, sealTokens, timerOf } from "./connect-account.ts";
import { gatheringStore } from "./gathering-store.ts";
import { BLOCK, dueRounds, spotAt } from "./layout.ts";
import type { Scale, ScaleHub } from "./scale-hub.ts";

const BLOCKS_PER_COMMIT = 50;
const ROWS_PER_COMMIT = 10_000;

/** Connections on their way into a database. */
export interface Filling {
  readonly organizationId: string;
  /** Connects those of some whole blocks, as so many calls of `connect` would leave them. */
  readonly fill: (from: number, to: number) => Promise<void>;
  /** Until then what grows with every connection is in memory alone. */
  readonly finish: () => Promise<void>;
}

/** The product's own functions say what is written; it is written many records at a time. */
export async function openFilling(
  { store }: Pick<ScaleHub, "store">,
  scale: Scale,
): Promise<Filling> {
  const organizationId = (await readDefaultOrganizationId(store)) ?? "";
  const gathering = gatheringStore(store, (key) => key.startsWith("organization:"));
  const vault = createVault([Buffer.from(scale.secretKey, "hex")]);
  const connecting: Connecting = {
    scale,
    store: gathering.store,
    sealedTokens: sealTokens(scale, vault, organizationId),
    organizationId,
    due: dueRounds(scale.size, scale.dueRounds),
  };

  async function save(all: boolean): Promise<void> {
    const writes = gathering.take(all);
    for (let from = 0; from < writes.length; from += ROWS_PER_COMMIT) {
      await store.commit({ guards: [], writes: writes.slice(from, from + ROWS_PER_COMMIT) });
    }
  }

  return {
    organizationId,
    async fill(from, to) {
      for (let index = from; index < to; index += BLOCK) {
        await fillBlock(connecting, index);
        if ((index / BLOCK) % BLOCKS_PER_COMMIT === 0) await save(false);
      }
    },
    finish: () => save(true),
  };
}

async function fillBlock(connecting: Connecting, first: number): Promise<void> {
  const { scale, store } = connecting;
  const spots = Array.from({ length: BLOCK }, (_, slot) => spotAt(scale.size, first + slot));
  for (const account of Map.groupBy(spots, ({ wabaId }) => wabaId).values()) {
    await connectAccount(connecting, account);
  }
  const timers = spots.map((spot) => timerOf(connecting, spot));
  await store.commit(await openTimers(store).adding(...timers));
}
