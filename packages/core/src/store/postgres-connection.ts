import type { Pool, PoolConfig } from "pg";
import type { PostgresTable } from "./postgres-table.ts";

/** The server gives up first, so that nothing lands after we have stopped waiting for it. */
const STATEMENT_MS = 8_000;
const DEADLINE_MS = 10_000;
const CONNECT_MS = 5_000;
/** One for commits, the others for reads. */
const CONNECTIONS = 4;

const MISSING =
  "The Keyv given as `store` is on PostgreSQL, where wabakit opens connections of its own: install `pg` beside @keyv/postgres (npm install pg).";

/** Asks one statement. @throws {Error} When PostgreSQL refuses, is away, or does not answer in 10 s. */
export type Ask = (
  statement: string,
  values?: readonly unknown[],
) => Promise<readonly Readonly<Record<string, unknown>>[]>;

export interface PostgresConnection {
  readonly ask: Ask;
  readonly close: () => Promise<void>;
}

/** A pool beside the host's own, with the host's own settings; lost connections are replaced. */
export async function openPostgres({ uri, options }: PostgresTable): Promise<PostgresConnection> {
  const { Pool } = await loadPg();
  const config: PoolConfig = {
    ...options,
    connectionString: uri,
    application_name: "wabakit",
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: DEADLINE_MS,
  };
  const pool: Pool = new Pool(config);
  pool.on("error", () => {}); // a connection nobody was using
  return {
    ask: async (statement, values = []) => (await pool.query(statement, [...values])).rows,
    close: () => pool.end(),
  };
}

async function loadPg(): Promise<Pick<typeof import("pg"), "Pool">> {
  try {
    return await import("pg");
  } catch (cause) {
    throw new Error(MISSING, { cause });
  }
}
