import { fakeClock } from "@wabakit/testing";
import { Keyv } from "keyv";
import { expect, it, onTestFinished } from "vitest";
import { HOST } from "../access/audit/audit-log.ts";
import type { Acting } from "../access/keys/may-give.ts";
import { metaAppIndex, ownMetaAppIndex } from "../access/stored-meta-app.ts";
import { loadRootSecret } from "../crypto/root-secret.ts";
import { seededRandom } from "../crypto/seeded-random.ts";
import { createVault } from "../crypto/vault.ts";
import type { MetaApps } from "../meta-app.ts";
import { keyvStore } from "../store/keyv-store.ts";
import { createMetaApp } from "./create-meta-app.ts";

const acting: Acting = { ...HOST, organizationId: "org_1", scopes: ["*"] };
const wanted = { name: "Second", appId: "2", appSecret: "secret" };

async function arrange() {
  const store = keyvStore(new Keyv());
  await store.start();
  onTestFinished(store.stop);
  const vault = createVault([Buffer.alloc(32, 1)]);
  const rootSecret = await loadRootSecret(store, vault);
  // Only what making an app asks for.
  const metaApps = {
    configured: [],
    changing: (change: () => Promise<unknown>) => change(),
    graphOf: () => ({ getAppSubscription: async () => null }),
    receiverUrlOf: (appId: string) => `https://app.example.com/${appId}`,
  } as unknown as MetaApps;
  return { store, vault, rootSecret, metaApps, clock: fakeClock() };
}

it("a request that runs again after a crash finds the app that it has made", async () => {
  const parts = await arrange();
  const run = () => {
    const random = seededRandom(Buffer.alloc(32, 9));
    return createMetaApp({ ...parts, random }, acting, wanted);
  };
  const first = await run();
  await parts.clock.advance(60_000);
  expect(await run()).toEqual(first);
  expect(await metaAppIndex(parts.store).count()).toBe(1);
  expect(await ownMetaAppIndex(parts.store, "org_1").count()).toBe(1);
});

it("another request for the same app is refused, whoever makes it", async () => {
  const parts = await arrange();
  const run = (organizationId: string, seed: number) => {
    const random = seededRandom(Buffer.alloc(32, seed));
    return createMetaApp({ ...parts, random }, { ...acting, organizationId }, wanted);
  };
  await run("org_1", 1);
  for (const [seed, organizationId] of ["org_1", "org_2"].entries()) {
    const refused = run(organizationId, seed + 2);
    await expect(refused).rejects.toMatchObject({ code: "meta_app_in_use" });
  }
});
