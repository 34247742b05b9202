import type Keyv from "keyv";
import { Failure } from "../failure.ts";
import { groupCommit } from "./group-commit.ts";
import { groupRead } from "./group-read.ts";
import { keyvBackend } from "./keyv-backend.ts";
import { probe } from "./probe.ts";
import { decodeRecord } from "./record.ts";
import { isSqlite, sqliteBackend } from "./sqlite-backend.ts";
import type { Store, Stored } from "./store.ts";

/**
 * The store on a Keyv the host chose. On SQLite a commit is one statement; on any other Keyv a redo
 * record makes it all or nothing. Both are atomic within this process, and refuse a second one where
 * they can see it.
 */
export function keyvStore(keyv: Keyv): Store {
  const backend = isSqlite(keyv.store) ? sqliteBackend(keyv.store) : keyvBackend(keyv);
  const { commit, drain } = groupCommit(backend);
  const read = groupRead(backend);
  let started = false;

  async function getMany<Value>(keys: readonly string[]) {
    requireStart(started);
    if (keys.length === 0) return [];
    const texts = await read(keys);
    return texts.map((text) => decodeRecord<Value>(text));
  }

  return {
    atomicity: backend.atomicity,
    async start() {
      await backend.start();
      await probe(keyv, backend).catch(async (error: unknown) => {
        await backend.stop();
        throw error;
      });
      started = true;
    },
    async stop() {
      started = false;
      await drain();
      await backend.stop();
    },
    async get<Value>(key: string): Promise<Stored<Value> | undefined> {
      return (await getMany<Value>([key]))[0];
    },
    getMany,
    async commit(change) {
      requireStart(started);
      return commit(change);
    },
  };
}

function requireStart(started: boolean): void {
  if (started) return;
  throw new Failure("store_unavailable", "The hub is not running: call hub.start() first.");
}
