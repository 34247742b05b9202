import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import KeyvPostgres from "@keyv/postgres";
import KeyvRedis, { type RedisClientType } from "@keyv/redis";
import KeyvSqlite from "@keyv/sqlite";
import KeyvValkey from "@keyv/valkey";
import Keyv from "keyv";
import KeyvPostgres5 from "keyv-postgres5";
import KeyvRedis5 from "keyv-redis5";
import { Keyv as Keyv5 } from "keyv5";
import pg from "pg";
import { asyncMap } from "./async-map.ts";

/** A place for data that outlives the Keyvs on it. */
export interface Place {
  /** A Keyv as a host makes it when its process starts. */
  readonly connect: () => Keyv;
  /** What the host does with the last Keyv when its process ends. */
  readonly disconnect: (keyv: Keyv) => Promise<void>;
  readonly discard: () => Promise<void>;
}

/** Makes a place that nobody else uses. */
export type MakePlace = () => Place | Promise<Place>;

/** The services tests may use; without its address a service's tests are skipped. */
export const REDIS = process.env.WABAKIT_TEST_REDIS ?? "";
export const POSTGRES = process.env.WABAKIT_TEST_POSTGRES ?? "";

const nothing = async () => {};
const disconnect = async (keyv: Keyv) => void (await keyv.disconnect());
const unique = () => randomBytes(6).toString("hex");

function memory(): Place {
  const entries = new Map();
  return { connect: () => new Keyv({ store: entries }), disconnect: nothing, discard: nothing };
}

function thirdParty(): Place {
  const entries = new Map();
  const connect = () => new Keyv({ store: asyncMap(entries) });
  return { connect, disconnect: nothing, discard: nothing };
}

function sqliteInMemory(): Place {
  const adapter = new KeyvSqlite("sqlite://:memory:");
  const connect = () => new Keyv({ store: adapter });
  return { connect, disconnect: nothing, discard: () => adapter.disconnect() };
}

async function sqliteFile(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), "wabakit-store-"));
  const uri = `sqlite://${join(folder, "store.db")}`;
  return {
    connect: () => new Keyv({ store: new KeyvSqlite({ uri, wal: true }) }),
    disconnect,
    discard: () => rm(folder, { recursive: true }),
  };
}

/** One process's places. */
export const processPlaces: Readonly<Record<string, MakePlace>> = {
  Map: memory,
  "SQLite file": sqliteFile,
  "SQLite in memory": sqliteInMemory,
  "third-party": thirdParty,
};

/** How a process connects to a service: which Keyv, with which adapter, on a namespace or table. */
export type Connect = (name: string) => Keyv;

/** Keyv 5 and 6 look the same to us, not to TypeScript. */
const asKeyv = (keyv5: Keyv5) => keyv5 as unknown as Keyv;

export const redisConnects: Readonly<Record<string, Connect>> = {
  "Redis, Keyv 6": (namespace) => new Keyv({ store: new KeyvRedis(REDIS), namespace }),
  "Redis, Keyv 5": (namespace) => asKeyv(new Keyv5({ store: new KeyvRedis5(REDIS), namespace })),
  "Redis, Keyv 6 on an adapter for 5": (namespace) =>
    new Keyv({ store: new KeyvRedis5(REDIS) as never, namespace }),
  "Valkey, Keyv 6": (namespace) => new Keyv({ store: new KeyvValkey(REDIS) as never, namespace }),
  "Valkey, Keyv 5": (namespace) => asKeyv(new Keyv5({ store: new KeyvValkey(REDIS), namespace })),
};

export const postgresConnects: Readonly<Record<string, Connect>> = {
  "PostgreSQL, Keyv 6": (table) => new Keyv({ store: new KeyvPostgres({ uri: POSTGRES, table }) }),
  "PostgreSQL, Keyv 6, namespace": (table) =>
    new Keyv({ store: new KeyvPostgres({ uri: POSTGRES, table }), namespace: "shop" }),
  "PostgreSQL, Keyv 5": (table) =>
    asKeyv(new Keyv5({ store: new KeyvPostgres5({ uri: POSTGRES, table }), namespace: "shop" })),
  "PostgreSQL, Keyv 6 on an adapter for 5": (table) =>
    new Keyv({ store: new KeyvPostgres5({ uri: POSTGRES, table }) as never }),
};

export function redisPlace(connect: Connect): Place {
  const namespace = `test-${unique()}`;
  return {
    connect: () => connect(namespace),
    disconnect,
    discard: () => discardKeys(namespace),
  };
}

/** Keys of the namespace, however the adapter puts it in front. */
async function discardKeys(namespace: string): Promise<void> {
  const adapter = new KeyvRedis(REDIS);
  const client = (await adapter.getClient()) as RedisClientType;
  for await (const keys of client.scanIterator({ MATCH: `*${namespace}*`, COUNT: 10_000 })) {
    if (keys.length > 0) await client.unlink(keys);
  }
  await adapter.disconnect();
}

export function postgresPlace(connect: Connect): Place {
  const table = `test_${unique()}`;
  return {
    connect: () => connect(table),
    disconnect,
    async discard() {
      const client = new pg.Client(POSTGRES);
      await client.connect();
      await client.query(`DROP TABLE IF EXISTS ${table}`);
      await client.end();
    },
  };
}

/** Every place that several processes share, by its name; none of a service without an address. */
export function sharedPlaces(): Readonly<Record<string, MakePlace>> {
  const places = (connects: Readonly<Record<string, Connect>>, make: (connect: Connect) => Place) =>
    Object.entries(connects).map(([name, connect]) => [name, () => make(connect)] as const);
  return Object.fromEntries([
    ...(REDIS ? places(redisConnects, redisPlace) : []),
    ...(POSTGRES ? places(postgresConnects, postgresPlace) : []),
  ]);
}
