import { fakeClock } from "@wabakit/testing";
import { Keyv } from "keyv";
import { expect, test } from "vitest";
import { keyvStore } from "../../store/keyv-store.ts";
import {
  listingOrganization,
  loadDefaultOrganizationId,
  organizationIndex,
  organizationKey,
  readOrganization,
} from "./organization.ts";

async function startedStore() {
  const store = keyvStore(new Keyv());
  await store.start();
  return { store, clock: fakeClock() };
}

test("the default organization is made once, however many processes start together", async () => {
  const parts = await startedStore();
  const loaded = await Promise.all(
    Array.from({ length: 8 }, () => loadDefaultOrganizationId(parts)),
  );
  const [id = ""] = loaded;
  expect(new Set(loaded).size).toBe(1);
  expect(id).toMatch(/^org_[0-9a-z]{26}$/);
  expect(await loadDefaultOrganizationId(parts)).toBe(id);
  const { value } = (await readOrganization(parts.store, id)) ?? {};
  expect(value).toMatchObject({ organizationId: id, createdAt: parts.clock.now() });
  expect(await organizationIndex(parts.store).list(10)).toMatchObject([{ id }]);
});

test("an organization is listed once, however many of its secrets come first together", async () => {
  const { store, clock } = await startedStore();
  const list = async (organizationId: string) => {
    while (!(await store.commit(await listingOrganization(store, organizationId))));
  };
  await Promise.all(["org_1", "org_2", "org_1", "default", "org_2"].map(list));
  const listed = await organizationIndex(store).list(10);
  expect(listed.map(({ id }) => id).sort()).toEqual(["default", "org_1", "org_2"]);
  expect((await listingOrganization(store, "org_1")).writes).toEqual([]);
  expect(await loadDefaultOrganizationId({ store, clock })).toMatch(/^org_[0-9a-z]{26}$/);
});

test("nothing is added to an organization that is deleted, also at the same moment", async () => {
  const { store } = await startedStore();
  await store.commit(await listingOrganization(store, "org_1"));
  const listing = await listingOrganization(store, "org_1");
  const { value } = (await readOrganization(store, "org_1")) ?? {};
  const key = organizationKey("org_1");
  await store.commit({ guards: [], writes: [{ key, value: { ...value, deletedAt: 1 } }] });
  expect(await store.commit(listing)).toBe(false);
  await expect(listingOrganization(store, "org_1")).rejects.toMatchObject({ code: "not_found" });
});
