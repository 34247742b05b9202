import { keyvStore } from "@wabakit/core";
import type { OpenStore } from "./store-contract.ts";

/** Any Keyv, of version 5 or 6. */
type Keyv = Parameters<typeof keyvStore>[0];

/** How a suite gets Keyvs on data that outlives them. */
export interface KeyvUnderTest {
  /** A Keyv as a host makes it when its process starts. */
  readonly connect: () => Keyv;
  /** What the host does with it when its process ends; `keyv.disconnect()` when left out. */
  readonly disconnect?: (keyv: Keyv) => Promise<unknown>;
  /** Throws the data away, so that the next test finds nothing. */
  readonly discard: () => unknown;
}

/**
 * Opens stores on Keyvs of yours, for `storeContract`.
 *
 * @example
 * storeContract({ name: "mine", open: keyvUnderTest({ connect, discard }) });
 */
export function keyvUnderTest(under: KeyvUnderTest): () => Promise<OpenStore> {
  const { connect, discard, disconnect = (keyv) => keyv.disconnect() } = under;

  async function start() {
    const keyv = connect();
    const store = keyvStore(keyv);
    await store.start();
    return { keyv, store };
  }

  return async () => {
    let running = await start();

    async function end(): Promise<void> {
      await running.store.stop();
      await disconnect(running.keyv);
    }

    return {
      store: running.store,
      async reopen() {
        await end();
        running = await start();
        return running.store;
      },
      async close() {
        await end();
        await discard();
      },
    };
  };
}
