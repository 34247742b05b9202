/**
 * A process that is going to be killed. For every change that was acknowledged it writes
 * `<writer> <n>` to its standard output.
 *
 * node crash-child.ts sqlite <database>   two writers commit until the parent kills it
 * node crash-child.ts file <path> <n>     kills itself right after the n-th write of its last change
 * node crash-child.ts <connect> <namespace or table> <sizes>   as with SQLite, on a service
 */
import { writeSync } from "node:fs";
import { keyvStore, type Store } from "@wabakit/core";
import Keyv from "keyv";
import {
  CHANGES_IN_FILE,
  commitNext,
  SIZES_IN_FILE,
  SIZES_IN_SQLITE,
  type Sizes,
  WRITERS,
  type Writer,
} from "./crash-changes.ts";
import { fileMap } from "./file-map.ts";

const [kind = "", path = "", n = ""] = process.argv.slice(2);
const commit = { sqlite: commitToSqlite, file: () => commitAndDie(Number(n)) }[kind];
await (commit ?? (() => commitToService(JSON.parse(n))))();

async function commitToSqlite(): Promise<void> {
  const { default: KeyvSqlite } = await import("@keyv/sqlite");
  const adapter = new KeyvSqlite({ uri: `sqlite://${path}`, wal: true });
  await commitForever(new Keyv({ store: adapter }), SIZES_IN_SQLITE);
}

async function commitToService(sizes: Sizes): Promise<void> {
  const { postgresConnects, redisConnects } = await import("./places.ts");
  const keyv = { ...redisConnects, ...postgresConnects }[kind]?.(path);
  if (!keyv) throw new Error(`There is no ${kind}.`);
  await commitForever(keyv, sizes);
}

async function commitForever(keyv: Keyv, sizes: Sizes): Promise<void> {
  const store = await started(keyv);
  await Promise.all(
    WRITERS.map(async (writer) => {
      for (;;) await commitAndTell(store, writer, sizes);
    }),
  );
}

async function commitAndDie(dieAt: number): Promise<void> {
  let writes = Number.NEGATIVE_INFINITY;
  const die = () => {
    writes += 1;
    if (writes === dieAt) process.kill(process.pid, "SIGKILL");
  };
  const store = await started(new Keyv({ store: fileMap(path, die) }));
  for (let change = 1; change < CHANGES_IN_FILE; change += 1) {
    await commitAndTell(store, "alpha", SIZES_IN_FILE);
  }
  writes = 0;
  await commitAndTell(store, "alpha", SIZES_IN_FILE);
}

async function started(keyv: Keyv): Promise<Store> {
  const store = keyvStore(keyv);
  await store.start();
  return store;
}

async function commitAndTell(store: Store, writer: Writer, sizes: Sizes): Promise<void> {
  const change = await commitNext(store, writer, sizes);
  writeSync(process.stdout.fd, `${writer} ${change}\n`);
}
