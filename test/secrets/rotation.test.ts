import { randomBytes } from "node:crypto";
import type { Hub, Logger, Store } from "@wabakit/core";
import { silentLogger } from "@wabakit/core";
import { describe, expect, test } from "vitest";
import { type Place, POSTGRES, processPlaces, REDIS, sharedPlaces } from "../store/places.ts";
import { SKIPPED_PLACES } from "./dumps.ts";
import { audit } from "./ledger.ts";
import { type SealedStore, sealedStore } from "./sealed-store.ts";
import { startWriters } from "./writers.ts";

const LONG = process.env.WABAKIT_TEST_LONG === "1";
const TIMEOUT_MS = LONG ? 900_000 : 60_000;

const [oldKey, newKey, foreignKey] = [randomBytes(32), randomBytes(32), randomBytes(32)];

/** A new place by its name in the list of all places. */
async function placeNamed(name: string): Promise<Place> {
  const make = { ...processPlaces, ...sharedPlaces() }[name];
  if (!make) throw new Error(`There is no place ${name}.`);
  return make();
}

function sealedOnSqlite(endpoints: number): Promise<SealedStore> {
  return placeNamed("SQLite file").then((place) => sealedStore(place, { key: oldKey, endpoints }));
}

/** Its records, sealed with the old key, are looked at with a store of the test's own. */
async function rotating(here: SealedStore): Promise<{ readonly store: Store; readonly hub: Hub }> {
  const store = here.open();
  return { store, hub: await here.start({ secretKeys: [newKey, oldKey], store }) };
}

const places = [
  ["SQLite file", LONG ? 100_000 : 1_500],
  ...(REDIS ? [["Redis, Keyv 6", LONG ? 20_000 : 500] as const] : []),
  ...(POSTGRES ? [["PostgreSQL, Keyv 6", LONG ? 20_000 : 500] as const] : []),
] as const;

for (const skipped of SKIPPED_PLACES) test.skip(`skipped on ${skipped}`, () => {});

test.each(places)(
  "on %s, %i secrets are sealed anew while others change their records",
  { timeout: TIMEOUT_MS },
  async (name, endpoints) => {
    const here = await sealedStore(await placeNamed(name), { key: oldKey, endpoints });
    const { store, hub } = await rotating(here);
    const before = await audit(store, here.ledger, [newKey, oldKey]);
    expect(before).toEqual({
      secrets: endpoints + here.accounts.length + 1,
      current: 0,
      wrong: [],
    });

    const other = store.atomicity === "process" ? { store, hub } : await rotating(here);
    const stopWriters = startWriters(here, other.hub, other.store);
    const startedAt = performance.now();
    const { resealed } = await hub.rotateSecrets();
    const tookMs = Math.round(performance.now() - startedAt);
    const changes = await stopWriters();
    console.log(`${name}: ${resealed} records in ${tookMs} ms beside ${JSON.stringify(changes)}`);

    expect(resealed).toBeGreaterThan(endpoints / 2);
    expect(Math.min(...Object.values(changes))).toBeGreaterThan(0);
    const { secrets, ...after } = await audit(store, here.ledger, [newKey]);
    expect(after).toEqual({ current: secrets, wrong: [] });
    expect(await hub.rotateSecrets()).toEqual({ resealed: 0, current: secrets });
  },
);

describe("a ring whose newest key is new", () => {
  test("is told about at the start, until the rotation is done", async () => {
    const here = await sealedOnSqlite(3);
    const lines: string[] = [];
    const logger: Logger = { ...silentLogger, info: (_, message) => lines.push(message) };
    const store = here.open();
    const hub = await here.start({ secretKeys: [newKey, oldKey], store, logger });
    expect(lines).toEqual([expect.stringContaining("hub.rotateSecrets()")]);
    await hub.rotateSecrets();
    await hub.stop();
    await here.start({ secretKeys: [newKey, oldKey], store, logger });
    expect(lines).toHaveLength(1);
  });

  test("cannot go without the old key before the rotation, and can after it", async () => {
    const here = await sealedOnSqlite(3);
    const store = here.open();
    const without = here.start({ secretKeys: [newKey], store });
    await expect(without).rejects.toThrow(/secretKeys does not open this store.*rotateSecrets/);

    const hub = await here.start({ secretKeys: [newKey, oldKey], store });
    expect(await hub.rotateSecrets()).toEqual({ resealed: 24, current: 0 });
    await hub.stop();
    const alone = await here.start({ secretKeys: [newKey], store });
    expect((await audit(store, here.ledger, [newKey])).wrong).toEqual([]);
    await alone.stop();
    for (const secretKeys of [[oldKey], [foreignKey]]) {
      const refused = here.start({ secretKeys, store });
      await expect(refused).rejects.toThrow(
        /^secretKeys does not open this store\. A stored secret was sealed with key [\w-]{12}, which is missing from secretKeys\. Give the keys/,
      );
    }
  });

  test("seals anew what an account without numbers still holds", async () => {
    const here = await sealedOnSqlite(0);
    const [left] = here.accounts;
    if (!left) throw new Error("There are accounts.");
    const { store, hub } = await rotating(here);
    const { wabaId } = here.meta.addWaba();
    here.meta.removeNumber(left.phoneNumberId);
    here.meta.addNumber({ wabaId, phoneNumberId: left.phoneNumberId });
    await here.connect(hub, { ...left, wabaId });
    await hub.rotateSecrets();
    expect((await audit(store, here.ledger, [newKey])).wrong).toEqual([]);
  });
});

test("a record that no key opens is named, and all others are sealed anew", async () => {
  const here = await sealedOnSqlite(200);
  const { store, hub } = await rotating(here);
  const key = [...here.ledger.keys()][77] ?? "";
  const elsewhere = [...here.ledger.keys()][78] ?? "";
  const [stored, other] = await store.getMany<{ secrets: readonly string[] }>([key, elsewhere]);
  const writes = [{ key, value: { ...stored?.value, secrets: other?.value.secrets } }];
  await store.commit({ guards: [], writes });

  await expect(hub.rotateSecrets()).rejects.toMatchObject({
    code: "secret_unreadable",
    message: expect.stringMatching(new RegExp(` 1 of the stored records; .*${key}: `)),
  });
  const { secrets, current, wrong } = await audit(store, here.ledger, [newKey]);
  expect({ current, wrong }).toEqual({ current: secrets - 1, wrong: [key] });
});

test("a hub that does not run says so", async () => {
  const here = await sealedOnSqlite(0);
  const hub = await here.start({ secretKeys: [oldKey], store: here.open() });
  await hub.stop();
  await expect(hub.rotateSecrets()).rejects.toMatchObject({ code: "store_unavailable" });
});
