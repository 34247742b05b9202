import type { BackendDescription } from "./backend.ts";
import type { Ask } from "./postgres-connection.ts";
import type { PostgresTable } from "./postgres-table.ts";

const REPLICA = "This PostgreSQL is a read-only replica: connect the Keyv to its primary.";
const READ_ONLY =
  "This PostgreSQL role only reads (default_transaction_read_only): connect the Keyv as one that may write.";
const UNLOGGED =
  "The table of the Keyv given as `store` is unlogged, so a crash of PostgreSQL empties it: ALTER TABLE … SET LOGGED, and make the adapter without useUnloggedTable.";

const SETTINGS = `
  SELECT current_setting('server_version') AS version,
    current_setting('fsync') AS fsync,
    current_setting('synchronous_commit') AS synchronous_commit,
    current_setting('full_page_writes') AS full_page_writes,
    current_setting('default_transaction_read_only') AS read_only,
    pg_is_in_recovery()::text AS in_recovery`;

const PERSISTENCE =
  "SELECT relpersistence::text AS persistence FROM pg_class WHERE oid = to_regclass($1)";

/** What is worth knowing before anything is trusted to this database. */
interface Settings {
  readonly version: string;
  readonly fsync: string;
  readonly synchronous_commit: string;
  readonly full_page_writes: string;
  readonly read_only: string;
  readonly in_recovery: string;
}

/** @throws {Error} With what to do, when this PostgreSQL cannot keep what it is given. */
export async function inspectPostgres(ask: Ask): Promise<BackendDescription> {
  const [row] = await ask(SETTINGS);
  const settings = row as unknown as Settings; // one row, with the columns named above
  if (settings.in_recovery === "true") throw new Error(REPLICA);
  if (settings.read_only === "on") throw new Error(READ_ONLY);

  const { version, fsync, synchronous_commit, full_page_writes } = settings;
  const isDurable = fsync === "on" && synchronous_commit !== "off";
  return {
    backend: "postgres",
    version,
    durable: isDurable ? "yes" : "no",
    settings: { fsync, synchronous_commit, full_page_writes },
  };
}

/** @throws {Error} With what to do, when a crash of PostgreSQL would empty the table, which exists. */
export async function refuseUnlogged(ask: Ask, { name }: PostgresTable): Promise<void> {
  const [table] = await ask(PERSISTENCE, [name]);
  if (table?.persistence === "u") throw new Error(UNLOGGED);
}
