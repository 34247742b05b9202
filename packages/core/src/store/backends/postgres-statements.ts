import type { PostgresTable } from "./postgres-table.ts";
import { ROW_HEAD_LENGTH } from "./row-text.ts";

/** The statements for one table. But for `locate`, `$1` is the namespace, empty for none. */
export interface PostgresStatements {
  /** `$1` keys. Answers those that are there, and in which namespace. */
  readonly locate: string;
  /** `$2` keys. */
  readonly read: string;
  /**
   * `$2` keys and `$3` heads that must still be, `$4` keys to remove, `$5` keys and `$6` rows that
   * must not be there yet, `$7` keys and `$8` rows to write. Answers whether all of it holds.
   */
  readonly swap: string;
  /** `$2` keys and `$3` heads. */
  readonly removeAt: string;
}

/**
 * A swap locks the guarded rows that are still as expected, in the order of their keys, and counts
 * them. Somebody who changed one meanwhile is waited for, and then it does not count any more.
 */
export function postgresStatements({ name, hasNamespaces }: PostgresTable): PostgresStatements {
  const inNamespace = hasNamespaces ? "COALESCE(row.namespace, '') = $1::text" : "$1::text = ''";
  const columns = hasNamespaces ? "(key, value, namespace)" : "(key, value)";
  const values = hasNamespaces ? "new.key, new.value, NULLIF($1::text, '')" : "new.key, new.value";
  const identity = hasNamespaces ? "(key, COALESCE(namespace, ''))" : "(key)";
  const update = `value = excluded.value${hasNamespaces ? ", expires = NULL" : ""}`;
  const head = `substr(row.value, 1, ${ROW_HEAD_LENGTH})`;
  const insert = (keys: string, rows: string) => `
    INSERT INTO ${name} ${columns}
    SELECT ${values} FROM unnest(${keys}::text[], ${rows}::text[]) AS new(key, value), verdict
    WHERE verdict.holds ORDER BY new.key`;

  const namespace = hasNamespaces ? "COALESCE(row.namespace, '')" : "''";
  return {
    locate: `SELECT row.key, ${namespace} AS namespace FROM ${name} AS row WHERE row.key = ANY($1::text[])`,
    read: `SELECT row.key, row.value FROM ${name} AS row WHERE row.key = ANY($2::text[]) AND ${inNamespace}`,
    swap: `
      WITH held AS MATERIALIZED (
        SELECT row.key FROM ${name} AS row
        JOIN unnest($2::text[], $3::text[]) AS expected(key, head) ON row.key = expected.key
        WHERE ${inNamespace} AND ${head} = expected.head
        ORDER BY row.key FOR UPDATE OF row
      ),
      verdict AS MATERIALIZED (SELECT count(*) = cardinality($2::text[]) AS holds FROM held),
      removed AS (
        DELETE FROM ${name} AS row USING verdict
        WHERE verdict.holds AND row.key = ANY($4::text[]) AND ${inNamespace}
      ),
      created AS (${insert("$5", "$6")}),
      written AS (${insert("$7", "$8")} ON CONFLICT ${identity} DO UPDATE SET ${update})
      SELECT holds FROM verdict`,
    removeAt: `
      DELETE FROM ${name} AS row USING unnest($2::text[], $3::text[]) AS old(key, head)
      WHERE row.key = old.key AND ${inNamespace} AND ${head} = old.head`,
  };
}
