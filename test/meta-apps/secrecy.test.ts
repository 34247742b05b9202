import { randomBytes } from "node:crypto";
import type { HubOptions } from "@wabakit/core";
import { expect, it } from "vitest";
import type { StoredMetaApp } from "../../packages/core/src/access/stored-meta-app.ts";
import { createVault } from "../../packages/core/src/crypto/vault.ts";
import { type Canary, findCanaries } from "../secrets/canary.ts";
import { anotherOrganization, type Scene, scene } from "./scene.ts";

const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
const SECRETS = ["first-secret-of-the-app", "second-secret-of-the-app"] as const;
const VERIFY_TOKEN = "verify-token-of-the-app";
const canaries: readonly Canary[] = [...SECRETS, VERIFY_TOKEN].map((text) => ({
  name: text,
  text,
}));

/** An app of an organization that has rotated its secret, sealed with the older key. */
async function withSecrets(more: Partial<HubOptions> = {}) {
  const here = await scene({ secretKeys: [oldKey], ...more });
  const owner = await anotherOrganization(here);
  const { appId } = here.meta.addApp({ appSecret: SECRETS[0] });
  const wanted = { name: "Second", appId, appSecret: SECRETS[0], verifyToken: VERIFY_TOKEN };
  const { body } = await owner.client("POST", "/meta-apps", wanted, { "idempotency-key": "a" });
  const path = `/meta-apps/${body.id}`;
  here.meta.addApp({ appId, appSecret: SECRETS[1] });
  const changed = await owner.client("PATCH", path, { appSecret: SECRETS[1] });
  expect(changed.status).toBe(200);
  return { ...here, owner, appId, path };
}

function stored(scene: Pick<Scene, "operations" | "options">): Promise<StoredMetaApp> {
  const keys = scene.operations.flatMap(({ keys }) => keys);
  const key = keys.find((candidate) => candidate.startsWith("meta-app:app_")) ?? "";
  const { store } = scene.options;
  if (!("commit" in store)) throw new Error("The scene's store is a Store.");
  return store.get<StoredMetaApp>(key).then((found) => {
    if (!found) throw new Error("The app is not stored.");
    return found.value;
  });
}

it("the secrets of an app are nowhere in the store, nor in what is logged or answered", async () => {
  const here = await withSecrets();
  const { owner, path, logged, meta, url, appId } = here;
  const answers = await Promise.all([
    owner.client("GET", path),
    owner.client("GET", "/meta-apps"),
    owner.client("GET", `${path}/setup`),
    owner.client("POST", `${path}/setup`),
    owner.client("GET", "/audit-log"),
    owner.client("POST", "/meta-apps", { name: "x", appId, appSecret: SECRETS[0] }),
  ]);
  await meta.send(`${url}/webhooks/meta/${appId}`, {}, { appId });
  const told = JSON.stringify([answers.map(({ body }) => body), logged]);
  expect(findCanaries(canaries, JSON.stringify([...here.rows]))).toEqual([]);
  expect(findCanaries(canaries, told)).toEqual([]);
});

it("they are sealed anew when keys are rotated, and work without the older key", async () => {
  const here = await withSecrets();
  const { hub, startNode, meta, appId, path, owner } = here;
  await hub.stop();
  const rotating = await startNode({ secretKeys: [newKey, oldKey] });
  await rotating.hub.rotateSecrets();
  const { appSecrets, verifyToken } = await stored(here);
  const vault = createVault([newKey]);
  expect(appSecrets).toHaveLength(2);
  for (const sealed of [...appSecrets, verifyToken]) expect(vault.isCurrent(sealed)).toBe(true);

  await rotating.hub.stop();
  const after = await startNode({ secretKeys: [newKey] });
  for (const appSecret of SECRETS) {
    const sent = await meta.send(`${after.url}/webhooks/meta/${appId}`, {}, { appSecret });
    expect(sent.status).toBe(200);
  }
  const methods = after.hub.organization(owner.organizationId).metaApps;
  expect(await methods.setUp(path.split("/")[2] ?? "")).toMatchObject({ isComplete: true });
});
