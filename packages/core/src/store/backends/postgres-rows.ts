import type { SharedRows } from "./backend.ts";
import { DEADLINES } from "./in-time.ts";
import { openPostgres, type PostgresConnection } from "./postgres-connection.ts";
import { inspectPostgres, refuseUnlogged } from "./postgres-settings.ts";
import { postgresStatements } from "./postgres-statements.ts";
import { planSwap, type SwapPlan } from "./postgres-swap.ts";
import type { PostgresTable } from "./postgres-table.ts";
import { unwrap } from "./row-text.ts";
import type { LearnSpelling } from "./spelling.ts";

/** Somebody else was first: a row is there already, or locks or snapshots crossed. */
const LOST_RACE = ["23505", "40001", "40P01"];

/** The adapter's keys hold 255 characters, and ours have up to 230 of them. */
const LONGEST_PREFIX = 25;
const LONG_NAMESPACE = `The namespace of the Keyv given as \`store\` is too long for its table: use at most ${LONGEST_PREFIX - 1} characters.`;

const TOO_LONG = "22001";

/** How our keys stand in the table. */
interface Spelling {
  readonly namespace: string;
  readonly prefix: string;
}

/**
 * Records in the adapter's own rows, on PostgreSQL, through connections beside the host's. A commit is
 * one statement, so that no lock outlives a process that was stopped in the middle of it.
 */
export function postgresRows(
  table: PostgresTable,
  learnSpelling: LearnSpelling,
  deadlines = DEADLINES,
): SharedRows {
  const statements = postgresStatements(table);
  let connection: PostgresConnection | undefined;
  let spelling: Spelling = { namespace: "", prefix: "" };

  const spelled = (keys: Iterable<string>) => [...keys].map((key) => spelling.prefix + key);
  const columns = (rows: ReadonlyMap<string, string>) => [spelled(rows.keys()), [...rows.values()]];

  async function ask(statement: string, ...values: readonly unknown[]) {
    if (!connection) throw new Error("The connections to PostgreSQL are closed.");
    return connection.ask(statement, values);
  }

  async function locate(): Promise<Spelling> {
    let namespace = "";
    const prefix = await learnSpelling(async (spellings) => {
      const rows = await ask(statements.locate, spellings);
      namespace = String(rows[0]?.namespace ?? "");
      return rows.map(({ key }) => String(key));
    }).catch((error: unknown) => {
      throw codeOf(causeOf(error)) === TOO_LONG ? new Error(LONG_NAMESPACE) : error;
    });
    if (prefix.length > LONGEST_PREFIX) throw new Error(LONG_NAMESPACE);
    return { namespace, prefix };
  }

  async function stop(): Promise<void> {
    const closing = connection;
    connection = undefined;
    await closing?.close();
  }

  async function execute({ held, removed, created, written }: SwapPlan): Promise<boolean> {
    const guards = [...columns(held), spelled(removed)];
    const rows = [...columns(created), ...columns(written)];
    try {
      const [answer] = await ask(statements.swap, spelling.namespace, ...guards, ...rows);
      return answer?.holds === true;
    } catch (error) {
      if (LOST_RACE.includes(codeOf(error))) return false;
      throw error;
    }
  }

  return {
    async start() {
      connection = await openPostgres(table, deadlines);
      try {
        const description = await inspectPostgres(connection.ask);
        spelling = await locate(); // the adapter has made its table by now
        await refuseUnlogged(connection.ask, table);
        return description;
      } catch (error) {
        await stop();
        throw error;
      }
    },
    stop,
    async read(keys) {
      if (keys.length === 0) return [];
      const rows = await ask(statements.read, spelling.namespace, spelled(keys));
      const texts = new Map(rows.map(({ key, value }) => [key, unwrap(String(value))]));
      return spelled(keys).map((key) => texts.get(key));
    },
    async swap(expected, records) {
      if (expected.size + records.size === 0) return true;
      const plan = planSwap(expected, records);
      const landed = await execute(plan);
      if (landed && plan.placeholders.size > 0) {
        // What stays reads as absent all the same.
        await ask(statements.removeAt, spelling.namespace, ...columns(plan.placeholders)).catch(
          () => {},
        );
      }
      return landed;
    },
  };
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
