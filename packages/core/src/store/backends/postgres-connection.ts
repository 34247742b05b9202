import type { Pool, PoolConfig } from "pg";
import type { Deadlines } from "./in-time.ts";
import type { PostgresTable } from "./postgres-table.ts";
import { unreachable } from "./unreachable.ts";

/** The server gives up first, so that nothing lands after we have stopped waiting for it. */
const STATEMENT_SHARE = 0.8;
/** One for commits, the others for reads. */
const CONNECTIONS = 4;

const MISSING =
  "The Keyv given as `store` is on PostgreSQL, where wabakit opens connections of its own: install `pg` beside @keyv/postgres (npm install pg).";

/** Asks one statement. @throws {Error} When PostgreSQL refuses, is away, or does not answer in time. */
export type Ask = (
  statement: string,
  values?: readonly unknown[],
) => Promise<readonly Readonly<Record<string, unknown>>[]>;

export interface PostgresConnection {
  readonly ask: Ask;
  readonly close: () => Promise<void>;
}

/**
 * A pool beside the host's own, with the host's own settings; lost connections are replaced.
 *
 * @throws {Error} When PostgreSQL lets nobody in.
 */
export async function openPostgres(
  { uri, options }: PostgresTable,
  { connectMs, answerMs }: Deadlines,
): Promise<PostgresConnection> {
  const { Pool } = await loadPg();
  const config: PoolConfig = {
    ...options,
    connectionString: uri,
    application_name: "wabakit",
    max: CONNECTIONS,
    maxUses: Number.POSITIVE_INFINITY,
    connectionTimeoutMillis: connectMs,
    statement_timeout: answerMs * STATEMENT_SHARE,
    query_timeout: answerMs,
  };
  const pool: Pool = new Pool(config);
  pool.on("error", () => {}); // a connection nobody was using
  try {
    (await pool.connect()).release();
  } catch (cause) {
    await pool.end();
    throw unreachable("PostgreSQL", cause);
  }
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
