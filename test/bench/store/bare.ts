import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import KeyvRedis, { type RedisClientType } from "@keyv/redis";
import pg from "pg";

/** A back end through its driver, as a program would use it that needs nothing but this row. */
export interface Bare {
  readonly put: (key: string, text: string) => unknown;
  /** Writes if the row begins with `head`; answers whether it did. */
  readonly swap: (key: string, head: string, text: string) => unknown;
  readonly get: (key: string) => unknown;
  readonly getMany: (keys: readonly string[]) => unknown;
  readonly close: () => unknown;
}

/** Synchronous, so that its callers wait for each other; confirmed when it is on the disk. */
export function bareSqlite(folder: string): Bare {
  const database = new DatabaseSync(join(folder, "bare.db"));
  database.exec("PRAGMA journal_mode = WAL; CREATE TABLE bare (key TEXT PRIMARY KEY, value TEXT)");
  const put = database.prepare("INSERT OR REPLACE INTO bare VALUES (?, ?)");
  const swap = database.prepare(
    "UPDATE bare SET value = ? WHERE key = ? AND substr(value, 1, ?) = ?",
  );
  const get = database.prepare("SELECT value FROM bare WHERE key = ?");
  const getMany = database.prepare(
    "SELECT value FROM bare WHERE key IN (SELECT value FROM json_each(?))",
  );
  return {
    put: (key, text) => put.run(key, text),
    swap: (key, head, text) => swap.run(text, key, head.length, head).changes === 1,
    get: (key) => get.get(key),
    getMany: (keys) => getMany.all(JSON.stringify(keys)),
    close: () => database.close(),
  };
}

const REDIS_SWAP = `
if redis.call("GETRANGE", KEYS[1], 0, #ARGV[1] - 1) ~= ARGV[1] then return 0 end
redis.call("SET", KEYS[1], ARGV[2])
return 1`;

export async function bareRedis(url: string, prefix: string): Promise<Bare> {
  const adapter = new KeyvRedis(url);
  const client = (await adapter.getClient()) as RedisClientType;
  const sha = await client.scriptLoad(REDIS_SWAP);
  return {
    put: (key, text) => client.set(prefix + key, text),
    swap: (key, head, text) =>
      client.evalSha(sha, { keys: [prefix + key], arguments: [head, text] }),
    get: (key) => client.get(prefix + key),
    getMany: (keys) => client.mGet(keys.map((key) => prefix + key)),
    close: () => adapter.disconnect(),
  };
}

/** As many connections as the store has. */
export async function barePostgres(uri: string, table: string): Promise<Bare> {
  const pool = new pg.Pool({ connectionString: uri, max: 4 });
  const bare = `${table}_bare`;
  await pool.query(`CREATE TABLE ${bare} (key text PRIMARY KEY, value text)`);
  const upsert = `INSERT INTO ${bare} VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value`;
  const swap = `UPDATE ${bare} SET value = $3 WHERE key = $1 AND substr(value, 1, length($2)) = $2`;
  return {
    put: (key, text) => pool.query(upsert, [key, text]),
    swap: (key, head, text) => pool.query(swap, [key, head, text]),
    get: (key) => pool.query(`SELECT value FROM ${bare} WHERE key = $1`, [key]),
    getMany: (keys) => pool.query(`SELECT value FROM ${bare} WHERE key = ANY($1)`, [keys]),
    async close() {
      await pool.query(`DROP TABLE ${bare}; DROP TABLE ${table}`);
      await pool.end();
    },
  };
}
