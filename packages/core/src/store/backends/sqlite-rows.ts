import type { BackendDescription, Rows } from "./backend.ts";
import { lockDatabase } from "./lock-database.ts";
import { unwrap, wrap } from "./row-text.ts";

/** Beyond this many rows the statement's own text costs more than parsing the rows from JSON. */
const ROWS_AS_PARAMETERS = 600;

/** A checkpoint costs two disk flushes; the log grows to 16 MB between two of them. */
const PAGES_PER_CHECKPOINT = 4_000;

const SYNCHRONOUS_FULL = 2;

/** What we use of `@keyv/sqlite`: its public face, so that no version of it is pinned. */
export interface SqliteAdapter {
  readonly query: (sql: string, ...parameters: unknown[]) => Promise<unknown[]>;
  readonly table: string;
  readonly db: string;
  readonly namespace?: string | undefined;
}

/** Whether a Keyv's adapter is `@keyv/sqlite`. */
export function isSqlite(store: unknown): store is SqliteAdapter {
  const adapter = store as Partial<SqliteAdapter> | null;
  return (
    typeof adapter?.query === "function" &&
    typeof adapter.table === "string" &&
    typeof adapter.db === "string"
  );
}

/** Records as rows of the adapter's own table, in the envelope Keyv itself reads. */
export function sqliteRows(adapter: SqliteAdapter): Rows {
  const table = `"${adapter.table.replaceAll('"', '""')}"`;
  const namespace = () => adapter.namespace ?? "";
  let unlock = () => {};

  return {
    async start() {
      unlock = lockDatabase(adapter.db);
      return prepare(adapter).catch((error) => {
        unlock();
        throw error;
      });
    },
    async stop() {
      unlock();
      unlock = () => {};
    },
    async read(keys) {
      const select = `SELECT key, value FROM ${table} WHERE namespace = ?1 AND key IN (SELECT value FROM json_each(?2))`;
      const rows = await adapter.query(select, namespace(), JSON.stringify(keys));
      const texts = new Map((rows as Row[]).map(({ key, value }) => [key, unwrap(value)]));
      return keys.map((key) => texts.get(key));
    },
    async write(records) {
      const upsert =
        "ON CONFLICT(key, namespace) DO UPDATE SET value = excluded.value, expires = NULL";
      const { rows, parameters } = rowsOf(records);
      await adapter.query(
        `INSERT INTO ${table} (namespace, expires, key, value) ${rows} ${upsert}`,
        namespace(),
        ...parameters,
      );
    },
    async remove(keys) {
      const remove = `DELETE FROM ${table} WHERE namespace = ?1 AND key IN (SELECT value FROM json_each(?2))`;
      await adapter.query(remove, namespace(), JSON.stringify(keys));
    },
  };
}

/** A confirmed write is on the disk in full synchronous mode, which is SQLite's default. */
async function prepare(adapter: SqliteAdapter): Promise<BackendDescription> {
  await adapter.query(`PRAGMA wal_autocheckpoint = ${PAGES_PER_CHECKPOINT}`);
  const ask = async (sql: string) => {
    const [row = {}] = (await adapter.query(sql)) as Readonly<Record<string, unknown>>[];
    return String(Object.values(row)[0]);
  };
  const [synchronous, journalMode, version] = await Promise.all([
    ask("PRAGMA synchronous"),
    ask("PRAGMA journal_mode"),
    ask("SELECT sqlite_version()"),
  ]);
  const isDurable = Number(synchronous) >= SYNCHRONOUS_FULL && journalMode !== "memory";
  const settings = { synchronous, journal_mode: journalMode };
  return { backend: "sqlite", version, durable: isDurable ? "yes" : "no", settings };
}

interface Row {
  readonly key: string;
  readonly value: string;
}

function rowsOf(records: ReadonlyMap<string, string>) {
  const entries = [...records].map(([key, text]) => [key, wrap(text)] as const);
  if (entries.length > ROWS_AS_PARAMETERS) {
    const rows = "SELECT ?1, NULL, entry.key, entry.value FROM json_each(?2) AS entry WHERE true";
    return { rows, parameters: [JSON.stringify(Object.fromEntries(entries))] };
  }
  const row = (_: unknown, index: number) => `(?1, NULL, ?${2 * index + 2}, ?${2 * index + 3})`;
  return { rows: `VALUES ${entries.map(row).join(", ")}`, parameters: entries.flat() };
}
