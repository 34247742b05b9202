import { Keyv } from "keyv";
import { expect, test } from "vitest";
import { keyvStore } from "../store/keyv-store.ts";
import { loadDefaultOrganizationId } from "./organization.ts";

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
