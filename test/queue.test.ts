import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import KeyvSqlite from "@keyv/sqlite";
import {
  Failure,
  keyvStore,
  localQueue,
  newWriter,
  type Queue,
  type Store,
  silentLogger,
} from "@wabakit/core";
import { fakeClock } from "@wabakit/testing";
import { type OpenQueue, queueContract } from "@wabakit/testing/contracts";
import Keyv from "keyv";

/** A place for data that outlives the Keyvs on it. */
interface Place {
  readonly connect: () => Keyv;
  readonly disconnect: (keyv: Keyv) => Promise<void>;
  readonly discard: () => Promise<void>;
}

function memory(): Place {
  const entries = new Map();
  return {
    connect: () => new Keyv({ store: entries }),
    disconnect: async () => {},
    discard: async () => {},
  };
}

async function sqliteFile(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), "wabakit-queue-"));
  const uri = `sqlite://${join(folder, "queue.db")}`;
  return {
    connect: () => new Keyv({ store: new KeyvSqlite({ uri, wal: true }) }),
    disconnect: (keyv) => keyv.disconnect(),
    discard: () => rm(folder, { recursive: true }),
  };
}

/** A process: a store that can be cut off, and a queue on it. */
interface Process {
  readonly keyv: Keyv;
  readonly store: Store;
  readonly queue: Queue;
  readonly setDown: (isDown: boolean) => void;
}

async function openOn(place: Place): Promise<OpenQueue> {
  const clock = fakeClock();
  let current = await begin();

  async function begin(): Promise<Process> {
    const keyv = place.connect();
    const inner = keyvStore(keyv);
    await inner.start();
    const { store, setDown } = breakable(inner);
    const parts = { store, writer: newWriter(), clock, logger: silentLogger };
    return { keyv, store: inner, queue: localQueue(parts), setDown };
  }

  /** Whatever the process still does afterwards changes nothing any more. */
  async function die(): Promise<void> {
    const { keyv, store, queue, setDown } = current;
    setDown(true);
    await queue.stop(clock.now());
    await store.stop();
    await place.disconnect(keyv);
  }

  return {
    queue: current.queue,
    clock,
    async reopen() {
      await die();
      current = await begin();
      return current.queue;
    },
    setDown: (isDown) => current.setDown(isDown),
    countRecords: () => countRecords(current.keyv),
    async close() {
      await die();
      await place.discard();
    },
  };
}

/** A deleted record ends where its JSON would begin; it is swept later. */
async function countRecords(keyv: Keyv): Promise<number> {
  let count = 0;
  for await (const [, text] of keyv.iterator()) {
    if (!String(text).endsWith(".")) count += 1;
  }
  return count;
}

function breakable(inner: Store) {
  let down = false;
  const unlessDown = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    if (down) throw new Failure("store_unavailable");
    return call();
  };
  const store: Store = {
    ...inner,
    get: (key) => unlessDown(() => inner.get(key)),
    getMany: (keys) => unlessDown(() => inner.getMany(keys)),
    commit: (change) => unlessDown(() => inner.commit(change)),
  };
  const setDown = (isDown: boolean) => {
    down = isDown;
  };
  return { store, setDown };
}

queueContract({ name: "Local (Map)", open: async () => openOn(memory()) });
queueContract({ name: "Local (SQLite)", open: async () => openOn(await sqliteFile()) });
