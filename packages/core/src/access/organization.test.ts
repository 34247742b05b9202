import { Keyv } from "keyv";
import { expect, test } from "vitest";
import { keyvStore } from "../store/keyv-store.ts";
import {
  listingOrganization,
  loadDefaultOrganizationId,
  organizationIndex,
} from "./organization.ts";

test("the default organization is made once, however many processes start together", async () => {
  const store = keyvStore(new Keyv());
  await store.start();
  const loaded = await Promise.all(
    Array.from({ length: 8 }, () => loadDefaultOrganizationId(store)),
  );
  expect(new Set(loaded).size).toBe(1);
  expect(loaded[0]).toMatch(/^org_[0-9a-z]{26}$/);
  expect(await loadDefaultOrganizationId(store)).toBe(loaded[0]);
});

test("an organization is listed once, however many of its secrets come first together", async () => {
  const store = keyvStore(new Keyv());
  await store.start();
  const list = async (organizationId: string) => {
    while (!(await store.commit(await listingOrganization(store, organizationId))));
  };
  await Promise.all(["org_1", "org_2", "org_1", "default", "org_2"].map(list));
  const listed = await organizationIndex(store).list(10);
  expect(listed.map(({ id }) => id).sort()).toEqual(["default", "org_1", "org_2"]);
  expect(await listingOrganization(store, "org_1")).toEqual({ guards: [], writes: [] });
  expect(await loadDefaultOrganizationId(store)).toMatch(/^org_[0-9a-z]{26}$/);
});
