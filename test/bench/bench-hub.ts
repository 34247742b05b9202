import { randomBytes } from "node:crypto";
import KeyvSqlite from "@keyv/sqlite";
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
import { Keyv } from "keyv";
import type { FakeNumber } from "./fake-number.ts";

/** What a hub of the bench is made of. */
export interface BenchHubInput {
  readonly number: FakeNumber;
  /** A database file that does not exist yet. */
  readonly file: string;
  readonly roles?: HubOptions["roles"];
  /** Puts something around the queue the hub would make itself. */
  readonly wrapQueue?: (queue: Queue) => Queue;
}

/** A running hub on SQLite, its number connected. */
export interface BenchHub {
  readonly hub: Hub;
  /** The hub's own; works while it runs. */
  readonly store: Store;
  /** The driver and what it promises, e.g. `node:sqlite, wal, synchronous 2`. */
  readonly driver: string;
  readonly close: () => Promise<void>;
}

export async function openBenchHub(input: BenchHubInput): Promise<BenchHub> {
  const { number, roles, wrapQueue } = input;
  const adapter = new KeyvSqlite({ uri: `sqlite://${input.file}`, wal: true });
  const keyv = new Keyv({ store: adapter });
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
    driver: await describe(adapter),
    async close() {
      await hub.stop();
      await keyv.disconnect();
    },
  };
}

async function describe(adapter: KeyvSqlite): Promise<string> {
  const [journal] = await adapter.query("PRAGMA journal_mode");
  const [synchronous] = await adapter.query("PRAGMA synchronous");
  const pragmas = { ...Object(journal), ...Object(synchronous) };
  return `${adapter.driverName}, ${pragmas.journal_mode}, synchronous ${pragmas.synchronous}`;
}
