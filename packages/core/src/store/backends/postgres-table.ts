/** Where an adapter keeps its rows, and how to reach it. */
export interface PostgresTable {
  /** Schema and table as they stand in a statement. */
  readonly name: string;
  readonly uri: string;
  /** What the host gave for the connection: ssl, password and the like. */
  readonly options: object;
  /** Adapters since version 6 keep the namespace in a column of its own. */
  readonly hasNamespaces: boolean;
}

/** What we use of `@keyv/postgres` 6. */
interface Adapter6 {
  readonly uri: string;
  readonly schema: string;
  readonly table: string;
  readonly ssl?: unknown;
  readonly _poolConfig?: object;
}

/** What we use of `@keyv/postgres` 2, for Keyv 5. */
interface Adapter5 {
  readonly opts: {
    readonly dialect: "postgres";
    readonly uri: string;
    readonly schema: string;
    readonly table: string;
  };
}

/** `undefined` when the adapter is not `@keyv/postgres`. */
export function postgresTable(adapter: unknown): PostgresTable | undefined {
  if (isAdapter5(adapter)) {
    const { opts } = adapter;
    const name = `${opts.schema}.${opts.table}`; // as that adapter writes it, without quotes
    return { name, uri: opts.uri, options: opts, hasNamespaces: false };
  }
  if (!isAdapter6(adapter)) return undefined;
  const { uri, ssl, _poolConfig } = adapter;
  const name = `${quoted(adapter.schema)}.${quoted(adapter.table)}`;
  return { name, uri, options: { ..._poolConfig, ssl }, hasNamespaces: true };
}

function isAdapter5(adapter: unknown): adapter is Adapter5 {
  const { opts } = (adapter ?? {}) as Partial<Adapter5>;
  return opts?.dialect === "postgres" && typeof opts.uri === "string";
}

function isAdapter6(adapter: unknown): adapter is Adapter6 {
  const { uri, schema, table } = (adapter ?? {}) as Partial<Adapter6>;
  return [uri, schema, table].every((part) => typeof part === "string");
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
