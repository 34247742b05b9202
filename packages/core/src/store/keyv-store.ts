import type Keyv from "keyv";
import { Failure } from "../failure.ts";
import { DEADLINES, inTime } from "./backends/in-time.ts";
import { type KeyvCall, surfacingErrors } from "./backends/keyv-calls.ts";
import { openBackend } from "./backends/open-backend.ts";
import { groupCommit } from "./group-commit.ts";
import { groupRead } from "./group-read.ts";
import { probe, refuseUnfit } from "./probe.ts";
import { decodeRecord } from "./record.ts";
import type { Store, StoreDescription, Stored } from "./store.ts";

/**
 * The store on a Keyv the host chose. On Redis, Valkey and PostgreSQL a commit is atomic for every
 * process that uses them; on SQLite it is one statement, and on any other Keyv a redo record makes it
 * all or nothing, both for one process.
 */
export function keyvStore(keyv: Keyv): Store {
  const call = surfacingErrors(keyv);
  const callInTime: KeyvCall = (run) => inTime(call(run), DEADLINES.answerMs);
  const backend = openBackend(keyv, call);
  const { commit, drain } = groupCommit(backend);
  const read = groupRead(backend);
  let description: StoreDescription | undefined;

  async function getMany<Value>(keys: readonly string[]) {
    requireStart(description);
    if (keys.length === 0) return [];
    const texts = await read(keys);
    return texts.map((text) => decodeRecord<Value>(text));
  }

  return {
    atomicity: backend.atomicity,
    async start() {
      refuseUnfit(keyv);
      const seen = await backend.start();
      await probe(keyv, callInTime, backend).catch(async (error: unknown) => {
        await backend.stop();
        throw error;
      });
      description = { atomicity: backend.atomicity, ...seen };
    },
    describe() {
      requireStart(description);
      return description;
    },
    async stop() {
      description = undefined;
      await drain();
      await backend.stop();
    },
    async get<Value>(key: string): Promise<Stored<Value> | undefined> {
      return (await getMany<Value>([key]))[0];
    },
    getMany,
    async commit(change) {
      requireStart(description);
      return commit(change);
    },
  };
}

function requireStart(seen: StoreDescription | undefined): asserts seen {
  if (seen) return;
  throw new Failure("store_unavailable", "The hub is not running: call hub.start() first.");
}
