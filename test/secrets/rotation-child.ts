/**
 * A process that rotates the secrets of a SQLite file and is going to be killed.
 *
 * node rotation-child.ts <file> <ring> <n> <hold|go>
 *
 * Writes a line once the n-th record is sealed anew, and then waits for its end, or goes on.
 */
import { writeSync } from "node:fs";
import KeyvSqlite from "@keyv/sqlite";
import { createHub, keyvStore, parseSecretKeys, type Store } from "@wabakit/core";
import { Keyv } from "keyv";
import { OFFLINE } from "./offline.ts";

const [file = "", ring = "", n = "", then] = process.argv.slice(2);
let commits = Number.NEGATIVE_INFINITY;

const store = keyvStore(
  new Keyv({ store: new KeyvSqlite({ uri: `sqlite://${file}`, wal: true }) }),
);
const secretKeys = parseSecretKeys(ring);
const hub = createHub({ ...OFFLINE, secretKeys, store: { ...store, commit: commitAndTell } });
await hub.start();
commits = 0;
await hub.rotateSecrets();
await hub.stop();

async function commitAndTell(change: Parameters<Store["commit"]>[0]): Promise<boolean> {
  const landed = await store.commit(change);
  commits += 1;
  if (commits !== Number(n)) return landed;
  writeSync(process.stdout.fd, "there\n");
  return then === "hold" ? new Promise(() => setInterval(() => {}, 60_000)) : landed;
}
