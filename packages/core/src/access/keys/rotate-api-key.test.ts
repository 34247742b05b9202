import { fakeClock } from "@wabakit/testing";
import { Keyv } from "keyv";
import { expect, test } from "vitest";
import { seededRandom } from "../../crypto/seeded-random.ts";
import { keyvStore } from "../../store/keyv-store.ts";
import { HOST } from "../audit/audit-log.ts";
import { verifyAuditLog } from "../audit/verify-audit-log.ts";
import { organizationIndex } from "../organizations/organization.ts";
import { createOrganization } from "../organizations/organizations.ts";
import { apiKeyIndex } from "./api-key-record.ts";
import { createApiKey, findApiKey } from "./api-keys.ts";
import { createKnownKeys } from "./known-keys.ts";
import type { Acting } from "./may-give.ts";
import { rotateApiKey } from "./rotate-api-key.ts";

const acting: Acting = { ...HOST, organizationId: "org_1", scopes: ["*"] };
const wanted = { name: "k", scopes: ["connections:read" as const] };

async function start() {
  const store = keyvStore(new Keyv());
  await store.start();
  const clock = fakeClock();
  const rootSecret = { derive: () => Buffer.alloc(32, 1), isCurrent: true };
  const parts = { store, clock, rootSecret, knownKeys: createKnownKeys({ store, clock }) };
  /** What the same request draws again after a crash. */
  const repeated = () => ({ ...parts, random: seededRandom(Buffer.alloc(32, 3)) });
  const entries = async () => (await verifyAuditLog(parts, "org_1")).entries;
  return { parts, store, clock, repeated, entries };
}

test("a request that is run again after a crash makes one key, and answers the same", async () => {
  const { store, clock, repeated, entries } = await start();
  const first = await createApiKey(repeated(), acting, wanted);
  await clock.advance(1_000);
  expect(await createApiKey(repeated(), acting, wanted)).toEqual(first);
  expect(await apiKeyIndex(store, "org_1").count()).toBe(1);
  expect(await entries()).toBe(1);
});

test("a rotation that is run again after a crash keeps the secret before it as it was", async () => {
  const { parts, clock, repeated, entries } = await start();
  const random = seededRandom(Buffer.alloc(32, 4));
  const { keyId } = await createApiKey({ ...parts, random }, acting, wanted);
  const rotation = { keyId, graceSeconds: 60 };
  const first = await rotateApiKey(repeated(), acting, rotation);
  await clock.advance(1_000);
  expect(await rotateApiKey(repeated(), acting, rotation)).toEqual(first);
  const { previousExpiresAt } = first;
  expect(await findApiKey(parts, acting, keyId)).toMatchObject({ previousExpiresAt });
  expect(await entries()).toBe(2);
});

test("an organization is made once by a request that is run twice", async () => {
  const { store, repeated, entries } = await start();
  const first = await createOrganization(repeated(), acting, { name: "Acme" });
  expect(await createOrganization(repeated(), acting, { name: "Acme" })).toEqual(first);
  expect(await organizationIndex(store).count()).toBe(1);
  expect(await entries()).toBe(1);
});

test("keys that are made and rotated at once are all there, and all told", async () => {
  const { parts, store, entries } = await start();
  const made = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      createApiKey({ ...parts, random: seededRandom(Buffer.alloc(32, n)) }, acting, wanted),
    ),
  );
  await Promise.all(
    made.map(({ keyId }, n) =>
      rotateApiKey({ ...parts, random: seededRandom(Buffer.alloc(32, 100 + n)) }, acting, {
        keyId,
        graceSeconds: 0,
      }),
    ),
  );
  expect(await apiKeyIndex(store, "org_1").count()).toBe(8);
  expect(await entries()).toBe(16);
});
