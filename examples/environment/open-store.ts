import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { KeyvPostgres } from "@keyv/postgres";
import KeyvRedis from "@keyv/redis";
import { KeyvSqlite } from "@keyv/sqlite";
import { Keyv } from "keyv";

const NAMESPACE = "wabakit";

/** Opens where all state lives, and makes the folder of a SQLite file. */
export async function openStore(databaseUrl: string): Promise<Keyv> {
  const [scheme] = databaseUrl.split(":", 1); // not as a URL, since a file may have any name
  switch (scheme) {
    case "memory":
      return new Keyv();
    case "redis":
    case "rediss":
      return new Keyv({ store: new KeyvRedis(databaseUrl), namespace: NAMESPACE });
    case "postgres":
    case "postgresql":
      return new Keyv({ store: openPostgres(databaseUrl) });
    default:
      return openSqlite(databaseUrl);
  }
}

/** Without idle connections: one that is lost would end the process, since nobody listens to it. */
function openPostgres(uri: string): KeyvPostgres {
  return new KeyvPostgres({ uri, table: NAMESPACE, maxUses: 1 });
}

async function openSqlite(databaseUrl: string): Promise<Keyv> {
  await mkdir(dirname(databaseUrl.slice("sqlite://".length)), { recursive: true });
  return new Keyv({ store: new KeyvSqlite({ uri: databaseUrl, wal: true }) });
}
