import { fakeClock } from "@wabakit/testing";
import { Keyv } from "keyv";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  appSecretPlace,
  metaAppIndex,
  metaAppKey,
  type StoredMetaApp,
  verifyTokenPlace,
} from "../access/stored-meta-app.ts";
import { createVault } from "../crypto/vault.ts";
import type { GraphClient } from "../meta/client.ts";
import { metaLogin } from "../meta/login.ts";
import { joined } from "../store/joined.ts";
import { keyvStore } from "../store/keyv-store.ts";
import type { Store } from "../store/store.ts";
import { createKnownMetaApps } from "./known-meta-apps.ts";

const vault = createVault([Buffer.alloc(32, 1)]);
const strangers = createVault([Buffer.alloc(32, 2)]);

/** Apps on a store of their own; the app with the id 1 is one of the options. */
async function arrange() {
  const store = keyvStore(new Keyv());
  await store.start();
  onTestFinished(store.stop);
  const clock = fakeClock();
  const errors: object[] = [];
  const silent = () => {};
  const error = (fields: object) => void errors.push(fields);
  const logger = { debug: silent, info: silent, warn: silent, error };
  const clients: { isOpen: boolean }[] = [];
  const openClient = (): GraphClient => {
    const client = { isOpen: true };
    clients.push(client);
    const close = async () => {
      client.isOpen = false;
    };
    return { call: () => Promise.reject(new Error("nobody calls")), close };
  };
  const known = createKnownMetaApps({
    ...{ store, clock, vault, logger, openClient },
    login: metaLogin({ graphUrl: "https://graph.facebook.com", graphVersion: "v25.0" }),
    receiverUrlOf: (appId) => `https://app.example.com/${appId}`,
    isConfigured: (appId) => appId === "1",
  });
  return { store, clock, known, errors, open: () => clients.map(({ isOpen }) => isOpen) };
}

async function put(store: Store, appId: string, { secret = "s", seals = vault } = {}) {
  const named = { id: `app_${appId}`, organizationId: "org_1" };
  const at = metaAppKey(named.id);
  const before = await store.get<StoredMetaApp>(at);
  const index = metaAppIndex(store);
  const added = before ? undefined : await index.adding(named.id);
  const value: StoredMetaApp = {
    ...named,
    ...{ name: appId, appId, configId: null, createdAt: 0, ownPlace: 0 },
    appSecrets: [seals.seal(secret, appSecretPlace(named))],
    verifyToken: seals.seal("token", verifyTokenPlace(named)),
    place: before?.value.place ?? added?.place ?? 0,
  };
  const own = { guards: [], writes: [{ key: at, value }] };
  await store.commit(joined(own, added ?? (await index.touching())));
}

async function remove(store: Store, appId: string) {
  const at = metaAppKey(`app_${appId}`);
  const stored = await store.get<StoredMetaApp>(at);
  const unlisting = await metaAppIndex(store).removing(`app_${appId}`, stored?.value.place ?? 0);
  const own = { guards: [], writes: [{ key: at, value: undefined }] };
  await store.commit(joined(own, unlisting));
}

describe("stored apps", () => {
  it("keep their connections while they are changed, and lose them when they go", async () => {
    const { store, known, open } = await arrange();
    await put(store, "2");
    await put(store, "3");
    expect((await known.fresh()).map(({ appId }) => appId)).toEqual(["2", "3"]);
    const [, three] = await known.fresh();
    await known.changing(() => put(store, "2", { secret: "t" }));
    expect((await known.find("2"))?.secrets).toEqual(["t"]);
    expect(await known.find("3")).toBe(three);
    expect(open()).toEqual([true, true]);
    await known.changing(() => remove(store, "2"));
    expect(await known.find("2")).toBeUndefined();
    expect(open()).toEqual([false, true]);
    await known.close();
    expect(open()).toEqual([false, false]);
  });

  it("that do not open, or that the options have, too, are told of, and spoil no other", async () => {
    const { store, known, errors } = await arrange();
    await put(store, "2", { seals: strangers });
    await put(store, "1");
    await put(store, "3");
    expect((await known.fresh()).map(({ appId }) => appId)).toEqual(["3"]);
    expect(errors).toMatchObject([
      { appId: "2", error: { code: "secret_unreadable" } },
      { appId: "1", error: { code: "meta_app_in_use" } },
    ]);
  });

  it("are looked at anew after a change that failed: it may have landed", async () => {
    const { store, known } = await arrange();
    expect(await known.find("2")).toBeUndefined();
    const failing = known.changing(async () => {
      await put(store, "2");
      throw new Error("the answer was lost");
    });
    await expect(failing).rejects.toThrow("the answer was lost");
    expect(await known.find("2")).toBeDefined();
  });

  it("are looked at anew when the clock was set back", async () => {
    const { store, clock, known } = await arrange();
    const { now } = clock;
    expect(await known.find("2")).toBeUndefined();
    await put(store, "2");
    expect(await known.find("2")).toBeUndefined();
    Object.assign(clock, { now: () => now() - 1 });
    expect(await known.find("2")).toBeDefined();
  });
});
