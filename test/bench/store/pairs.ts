import { randomBytes } from "node:crypto";
import { join } from "node:path";
import KeyvPostgres from "@keyv/postgres";
import KeyvRedis from "@keyv/redis";
import KeyvSqlite from "@keyv/sqlite";
import { keyvStore, type Store } from "@wabakit/core";
import { Keyv } from "keyv";
import { type Bare, barePostgres, bareRedis, bareSqlite } from "./bare.ts";

/** A store, and the bare driver on the same back end. */
export interface Pair {
  readonly store: Store;
  readonly bare: Bare;
  /** Leaves nothing behind. */
  readonly close: () => Promise<void>;
}

export type OpenPair = () => Promise<Pair>;

/** SQLite, and each service whose address the environment gives. */
export function pairs(folder: string): Readonly<Record<string, OpenPair>> {
  const { WABAKIT_TEST_REDIS: redis, WABAKIT_TEST_POSTGRES: postgres } = process.env;
  return {
    SQLite: () => sqlite(folder),
    ...(redis ? { Redis: () => onRedis(redis) } : {}),
    ...(postgres ? { PostgreSQL: () => onPostgres(postgres) } : {}),
  };
}

async function sqlite(folder: string): Promise<Pair> {
  const uri = `sqlite://${join(folder, "store.db")}`;
  return open(new Keyv({ store: new KeyvSqlite({ uri, wal: true }) }), bareSqlite(folder));
}

async function onRedis(url: string): Promise<Pair> {
  const namespace = `bench-${randomBytes(6).toString("hex")}`;
  const keyv = new Keyv({ store: new KeyvRedis(url), namespace });
  return open(keyv, await bareRedis(url, `${namespace}::bare:`));
}

async function onPostgres(uri: string): Promise<Pair> {
  const table = `bench_${randomBytes(6).toString("hex")}`;
  const keyv = new Keyv({ store: new KeyvPostgres({ uri, table }) });
  return open(keyv, await barePostgres(uri, table));
}

async function open(keyv: Keyv, bare: Bare): Promise<Pair> {
  const store = keyvStore(keyv);
  await store.start();
  return {
    store,
    bare,
    async close() {
      await store.stop();
      await keyv.clear();
      await bare.close();
      await keyv.disconnect();
    },
  };
}
