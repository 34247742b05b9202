import { randomBytes } from "node:crypto";
import {
  createHub,
  type Hub,
  type HubOptions,
  keyvStore,
  localQueue,
  newWriter,
  type Queue,
  type Store,
  silentLogger,
  systemClock,
} from "@wabakit/core";
import { discardPlace, openPlace, type Place } from "../place.ts";
import type { FakeNumber } from "./fake-number.ts";

/** What a hub of the bench is made of. */
export interface BenchHubInput {
  readonly number: FakeNumber;
  /** Where nobody has been yet. */
  readonly place: Place;
  readonly roles?: HubOptions["roles"];
  /** Puts something around the queue the hub would make itself. */
  readonly wrapQueue?: (queue: Queue) => Queue;
}

/** A running hub, its number connected. */
export interface BenchHub {
  readonly hub: Hub;
  /** The hub's own; works while it runs. */
  readonly store: Store;
  /** The back end and what it promises, e.g. `sqlite 3.53.0, synchronous 2, journal_mode wal`. */
  readonly driver: string;
  readonly close: () => Promise<void>;
}

export async function openBenchHub(input: BenchHubInput): Promise<BenchHub> {
  const { number, roles, wrapQueue } = input;
  const keyv = openPlace(input.place);
  const store = keyvStore(keyv);
  const parts = { store, writer: newWriter(), clock: systemClock, logger: silentLogger };
  const hub = createHub({
    store,
    queue: wrapQueue?.(localQueue(parts)),
    secretKeys: [randomBytes(32)],
    publicUrl: "https://app.example.com",
    meta: {
      appId: number.appId,
      appSecret: number.appSecret,
      verifyToken: number.verifyToken,
      graphUrl: number.graphUrl,
    },
    roles,
    allowPrivateNetwork: true,
  });
  await hub.start();
  const { phoneNumberId, accessToken } = number;
  await hub.connections.connect({ tenantId: "acme", phoneNumberId, accessToken });
  return {
    hub,
    store,
    driver: describe(store),
    async close() {
      await hub.stop();
      await keyv.disconnect();
      await discardPlace(input.place);
    },
  };
}

function describe(store: Store): string {
  const { backend, version, settings } = store.describe();
  const named = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
  return [`${backend} ${version ?? ""}`.trim(), ...named].join(", ");
}
