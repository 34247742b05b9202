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
export type Connect = (name: string, url?: string) => Keyv;

/** Keyv 5 and 6 look the same to us, not to TypeScript. */
const asKeyv = (keyv5: Keyv5) => keyv5 as unknown as Keyv;

export const redisConnects: Readonly<Record<string, Connect>> = {
  "Redis, Keyv 6": (namespace, url = REDIS) => new Keyv({ store: new KeyvRedis(url), namespace }),
  "Redis, Keyv 5": (namespace, url = REDIS) =>
    asKeyv(new Keyv5({ store: new KeyvRedis5(url), namespace })),
  "Redis, Keyv 6 on an adapter for 5": (namespace, url = REDIS) =>
    new Keyv({ store: new KeyvRedis5(url) as never, namespace }),
  "Valkey, Keyv 6": (namespace, url = REDIS) =>
    new Keyv({ store: new KeyvValkey(url) as never, namespace }),
  "Valkey, Keyv 5": (namespace, url = REDIS) =>
    asKeyv(new Keyv5({ store: new KeyvValkey(url), namespace })),
};

/** Without idle connections: the adapters do not listen for the end of one, which would end the process. */
const postgres6 = (table: string, uri: string) => new KeyvPostgres({ uri, table, maxUses: 1 });
const postgres5 = (table: string, uri: string) => new KeyvPostgres5({ uri, table, maxUses: 1 });

export const postgresConnects: Readonly<Record<string, Connect>> = {
  "PostgreSQL, Keyv 6": (table, uri = POSTGRES) => new Keyv({ store: postgres6(table, uri) }),
  "PostgreSQL, Keyv 6, namespace": (table, uri = POSTGRES) =>
    new Keyv({ store: postgres6(table, uri), namespace: "shop" }),
  "PostgreSQL, Keyv 5": (table, uri = POSTGRES) =>
    asKeyv(new Keyv5({ store: postgres5(table, uri), namespace: "shop" })),
  "PostgreSQL, Keyv 6 on an adapter for 5": (table, uri = POSTGRES) =>
    new Keyv({ store: postgres5(table, uri) as never }),
};

/** A place that other processes find by its name, and by another way to its service. */
export interface SharedPlace extends Place {
  readonly name: string;
  readonly connect: (url?: string) => Keyv;
}

export function redisPlace(connect: Connect): SharedPlace {
  const namespace = `test-${unique()}`;
  return {
    name: namespace,
    connect: (url) => connect(namespace, url),
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

export function postgresPlace(connect: Connect): SharedPlace {
  const table = `test_${unique()}`;
  return {
    name: table,
    connect: (url) => connect(table, url),
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
