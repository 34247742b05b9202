import type Keyv from "keyv";
import type { Backend } from "./backend.ts";
import { clusterBackend } from "./cluster-backend.ts";
import { DEADLINES } from "./in-time.ts";
import type { KeyvCall } from "./keyv-calls.ts";
import { keyvRows } from "./keyv-rows.ts";
import { postgresRows } from "./postgres-rows.ts";
import { postgresTable } from "./postgres-table.ts";
import { processBackend } from "./process-backend.ts";
import { redisClient } from "./redis-link.ts";
import { redisRows } from "./redis-rows.ts";
import { learningSpelling } from "./spelling.ts";
import { isSqlite, sqliteRows } from "./sqlite-rows.ts";

/** The best that can be made of a Keyv: native commits where its adapter is known, a redo record elsewhere. */
export function openBackend(keyv: Keyv, call: KeyvCall, deadlines = DEADLINES): Backend {
  const adapter = adapterOf(keyv);
  const spelling = learningSpelling(keyv, call, deadlines);
  if (isSqlite(adapter)) return processBackend(sqliteRows(adapter));

  const client = redisClient(adapter);
  if (client) return clusterBackend(redisRows(client, spelling, deadlines));

  const table = postgresTable(adapter);
  if (table) return clusterBackend(postgresRows(table, spelling, deadlines));

  return processBackend(keyvRows(keyv, call));
}

/** Keyv 6 puts a bridge in front of an adapter made for Keyv 5. */
function adapterOf({ store }: Keyv): unknown {
  const bridged: unknown = "store" in store ? store.store : undefined;
  return isAdapter(bridged) ? bridged : store;
}

function isAdapter(value: unknown): value is object {
  return typeof value === "object" && value !== null && "get" in value;
}
