import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import KeyvSqlite from "@keyv/sqlite";
import { Keyv } from "keyv";
import { expect, test } from "vitest";
import type { Place } from "../store/places.ts";
import { audit } from "./ledger.ts";
import { killWhileRotating } from "./rotation-process.ts";
import { type SealedStore, sealedStore } from "./sealed-store.ts";

const LONG = process.env.WABAKIT_TEST_LONG === "1";
const ENDPOINTS = LONG ? 20_000 : 600;
const KILLS = LONG ? 20 : 4;
const TIMEOUT_MS = LONG ? 900_000 : 60_000;

const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];

async function filePlace(): Promise<Place & { readonly file: string }> {
  const folder = await mkdtemp(join(tmpdir(), "wabakit-rotation-"));
  const file = join(folder, "wabakit.db");
  return {
    file,
    connect: () => new Keyv({ store: new KeyvSqlite({ uri: `sqlite://${file}`, wal: true }) }),
    disconnect: async (keyv) => void (await keyv.disconnect()),
    discard: () => rm(folder, { recursive: true }),
  };
}

/** What is in the file between two processes. */
async function look(here: SealedStore, ring: readonly Uint8Array[]) {
  const store = here.open();
  await store.start();
  try {
    return await audit(store, here.ledger, ring);
  } finally {
    await store.stop();
  }
}

test(`a rotation survives ${KILLS} kills at random points: nothing is ever unreadable`, {
  timeout: TIMEOUT_MS,
}, async () => {
  const place = await filePlace();
  const here = await sealedStore(place, { key: oldKey, endpoints: ENDPOINTS });
  const ring = [newKey, oldKey];
  const { secrets } = await look(here, ring);
  let done = 0;

  // One that goes on after it told may be done before it is dead.
  for (let kill = 0; kill < KILLS && done < secrets; kill += 1) {
    const share = (secrets - done) / (KILLS - kill + 1);
    const tellAt = 1 + Math.floor(Math.random() * share);
    const then = kill < KILLS / 2 ? "hold" : "go";
    const signal = await killWhileRotating({ file: place.file, ring, tellAt, then });
    const { current, wrong } = await look(here, ring);
    expect(wrong).toEqual([]);
    expect(current).toBeGreaterThanOrEqual(Math.min(done + tellAt, secrets));
    if (then === "hold") expect([signal, current < secrets]).toEqual(["SIGKILL", true]);
    if (current < secrets) await expect(look(here, [newKey])).rejects.toThrow("does not open");
    done = current;
  }

  const store = here.open();
  const hub = await here.start({ secretKeys: ring, store });
  const last = await hub.rotateSecrets();
  expect(last).toEqual({ resealed: secrets - done, current: done });
  await hub.stop();
  expect(await look(here, [newKey])).toEqual({ secrets, current: secrets, wrong: [] });
  await expect(look(here, [oldKey])).rejects.toThrow("does not open this store");
});
