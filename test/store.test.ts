import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import KeyvSqlite from "@keyv/sqlite";
import { keyvStore } from "@wabakit/core";
import { type OpenStore, storeContract } from "@wabakit/testing/contracts";
import Keyv from "keyv";
import { asyncMap } from "./store/async-map.ts";

/** A place for data that outlives the Keyvs on it. */
interface Place {
  /** A Keyv as a host makes it when its process starts. */
  readonly connect: () => Keyv;
  /** What the host does with the last Keyv when its process ends. */
  readonly disconnect: (keyv: Keyv) => Promise<void>;
  readonly discard: () => Promise<void>;
}

const nothing = async () => {};

function memory(): Place {
  const entries = new Map();
  return { connect: () => new Keyv({ store: entries }), disconnect: nothing, discard: nothing };
}

function thirdParty(): Place {
  const entries = new Map();
  const connect = () => new Keyv({ store: asyncMap(entries) });
  return { connect, disconnect: nothing, discard: nothing };
}

function sqliteInMemory(): Place {
  const adapter = new KeyvSqlite("sqlite://:memory:");
  const connect = () => new Keyv({ store: adapter });
  return { connect, disconnect: nothing, discard: () => adapter.disconnect() };
}

async function sqliteFile(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), "wabakit-store-"));
  const uri = `sqlite://${join(folder, "store.db")}`;
  return {
    connect: () => new Keyv({ store: new KeyvSqlite({ uri, wal: true }) }),
    disconnect: (keyv) => keyv.disconnect(),
    discard: () => rm(folder, { recursive: true }),
  };
}

async function openOn(place: Place, listens: boolean): Promise<OpenStore> {
  let keyv = connect();
  let store = keyvStore(keyv);
  await store.start();

  function connect() {
    const made = place.connect();
    if (listens) made.on("error", () => {});
    return made;
  }

  async function end() {
    await store.stop();
    await place.disconnect(keyv);
  }

  return {
    store,
    async reopen() {
      await end();
      keyv = connect();
      store = keyvStore(keyv);
      await store.start();
      return store;
    },
    async close() {
      await end();
      await place.discard();
    },
  };
}

const places = {
  Map: memory,
  "SQLite file": sqliteFile,
  "SQLite in memory": sqliteInMemory,
  "third-party": thirdParty,
};

for (const [name, make] of Object.entries(places)) {
  for (const listens of [false, true]) {
    storeContract({
      name: listens ? `${name}, with an error listener,` : name,
      open: async () => openOn(await make(), listens),
    });
  }
}
