import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import KeyvPostgres from "@keyv/postgres";
import KeyvRedis, { createClient } from "@keyv/redis";
import KeyvSqlite from "@keyv/sqlite";
import { Keyv } from "keyv";
import pg from "pg";
import { onTestFinished } from "vitest";

/** A place for a hub's state that somebody steals. It goes when the test is over. */
export interface DumpedPlace {
  readonly keyv: Keyv;
  /** All that a thief of the place gets, keys included. */
  readonly dump: () => Promise<Buffer>;
}

/** Flushed: nobody else may use it. */
const REDIS_DATABASE = 11;

async function sqlite(): Promise<DumpedPlace> {
  const folder = await mkdtemp(join(tmpdir(), "wabakit-secrets-"));
  const adapter = new KeyvSqlite({ uri: `sqlite://${join(folder, "wabakit.db")}`, wal: true });
  const keyv = new Keyv({ store: adapter });
  onTestFinished(async () => {
    await keyv.disconnect();
    await rm(folder, { recursive: true });
  });
  return {
    keyv,
    async dump() {
      // A long text is cut into pages in the file, and whole in its row.
      const rows = (await adapter.query("SELECT * FROM keyv")) as readonly object[];
      const lines = rows.flatMap((row) => Object.values(row).map(String));
      const names = await readdir(folder);
      const files = await Promise.all(names.map((name) => readFile(join(folder, name))));
      return Buffer.concat([...files, Buffer.from(lines.join("\n"))]);
    },
  };
}

async function redis(url: string): Promise<DumpedPlace> {
  const client = createClient({ url: `${url}/${REDIS_DATABASE}` });
  await client.connect();
  await client.flushDb();
  const keyv = new Keyv({ store: new KeyvRedis(`${url}/${REDIS_DATABASE}`) });
  onTestFinished(async () => {
    await keyv.disconnect();
    await client.flushDb();
    await client.close();
  });
  return {
    keyv,
    async dump() {
      const entries: string[] = [];
      // DUMP and RDB files compress long values; GET shows them as they are, and fails for others.
      for await (const keys of client.scanIterator({ COUNT: 1_000 })) {
        for (const key of keys) entries.push(key, (await client.get(key)) ?? "");
      }
      return Buffer.from(entries.join("\n"));
    },
  };
}

async function postgres(uri: string): Promise<DumpedPlace> {
  const table = `test_secrets_${randomBytes(6).toString("hex")}`;
  const keyv = new Keyv({ store: new KeyvPostgres({ uri, table }) });
  const client = new pg.Client(uri);
  await client.connect();
  onTestFinished(async () => {
    await keyv.disconnect();
    await client.query(`DROP TABLE IF EXISTS ${table}`);
    await client.end();
  });
  // The adapter makes its table in its own time; a read waits for it.
  await keyv.get("table");
  return { keyv, dump: async () => (await pgDump(uri, table)) ?? readTable(client, table) };
}

/** As INSERT statements, which leave backslashes alone. `undefined` where there is no pg_dump. */
async function pgDump(uri: string, table: string): Promise<Buffer | undefined> {
  const args = ["--dbname", uri, "--table", table, "--inserts"];
  try {
    const { stdout } = await promisify(execFile)("pg_dump", args, { maxBuffer: 1e9 });
    return Buffer.from(stdout);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

async function readTable(client: pg.Client, table: string): Promise<Buffer> {
  const { rows } = await client.query<{ readonly value: string }>(
    `SELECT key, value FROM ${table}`,
  );
  return Buffer.from(rows.flatMap((row) => Object.values(row)).join("\n"));
}

const { WABAKIT_TEST_REDIS: redisUrl, WABAKIT_TEST_POSTGRES: postgresUri } = process.env;

/** The places whose service is there. */
export const DUMPED_PLACES: Readonly<Record<string, () => Promise<DumpedPlace>>> = {
  SQLite: sqlite,
  ...(redisUrl ? { Redis: () => redis(redisUrl) } : {}),
  ...(postgresUri ? { PostgreSQL: () => postgres(postgresUri) } : {}),
};

/** The others, by what is missing. */
export const SKIPPED_PLACES: readonly string[] = [
  ...(redisUrl ? [] : ["Redis: WABAKIT_TEST_REDIS is not set"]),
  ...(postgresUri ? [] : ["PostgreSQL: WABAKIT_TEST_POSTGRES is not set"]),
];
