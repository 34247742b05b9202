import { randomBytes } from "node:crypto";
import { join } from "node:path";
import KeyvPostgres from "@keyv/postgres";
import KeyvRedis from "@keyv/redis";
import KeyvSqlite from "@keyv/sqlite";
import { Keyv } from "keyv";
import pg from "pg";

/** The back ends a hub can stand on, by the names of their URLs. */
export const BACKENDS = ["sqlite", "redis", "postgres"] as const;
export type BackendName = (typeof BACKENDS)[number];

/** Where the environment names a service. */
export const VARIABLES = {
  redis: "WABAKIT_TEST_REDIS",
  postgres: "WABAKIT_TEST_POSTGRES",
} as const;

/** A place for one installation's data: a URL, with a name of its own behind `#` where others use it as well. */
export type Place = string;

/** Makes places nobody else uses. @throws {Error} When the environment does not name the service. */
export function placesOn(backend: BackendName, folder: string): () => Place {
  const newName = () => `test_${randomBytes(6).toString("hex")}`;
  if (backend === "sqlite") return () => `sqlite://${join(folder, `${newName()}.db`)}`;
  const url = process.env[VARIABLES[backend]];
  if (!url) throw new Error(`${VARIABLES[backend]} is not set: where is ${backend}?`);
  return () => `${url}#${newName()}`;
}

export function openPlace(place: Place): Keyv {
  const [url = "", name = ""] = place.split("#");
  if (url.startsWith("sqlite:")) {
    return new Keyv({ store: new KeyvSqlite({ uri: url, wal: true }) });
  }
  if (url.startsWith("redis")) return new Keyv({ store: new KeyvRedis(url), namespace: name });
  return new Keyv({ store: new KeyvPostgres({ uri: url, table: name, maxUses: 1 }) });
}

/** Leaves nothing behind on a service; a file goes with its folder. */
export async function discardPlace(place: Place): Promise<void> {
  const [url = "", name = ""] = place.split("#");
  if (url.startsWith("redis")) await clear(openPlace(place));
  if (!url.startsWith("postgres")) return;
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`DROP TABLE ${name}`);
  await client.end();
}

async function clear(keyv: Keyv): Promise<void> {
  await keyv.clear();
  await keyv.disconnect();
}
