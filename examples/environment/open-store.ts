import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { KeyvSqlite } from "@keyv/sqlite";
import { Keyv } from "keyv";

/** Opens where all state lives, and makes the folder of a SQLite file. */
export async function openStore(databaseUrl: string): Promise<Keyv> {
  if (databaseUrl === "memory:") return new Keyv();
  await mkdir(dirname(databaseUrl.slice("sqlite://".length)), { recursive: true });
  return new Keyv({ store: new KeyvSqlite({ uri: databaseUrl, wal: true }) });
}
