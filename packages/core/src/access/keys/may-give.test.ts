import { expect, test } from "vitest";
import type { Caller } from "../../http/route.ts";
import { grantedBy, isWithin, type Rights } from "./may-give.ts";

const anybody: Caller = { organizationId: "org_1", scopes: ["*"], actor: "bootstrap" };
const wholeKey: Caller = { ...anybody, scopes: grantedBy(["*"]), actor: "key_1" };
const reader: Caller = { ...anybody, scopes: ["connections:read", "keys:write"], actor: "key_2" };
const bound: Caller = { ...wholeKey, tenantIds: ["a", "b"] };
const passing: Caller = { ...wholeKey, expiresAt: 1_000 };
const rights: Rights = { scopes: ["connections:read"], tenantIds: null, expiresAt: null };

test.each<[string, Caller, Partial<Rights>]>([
  ["the bootstrap key gives every scope", anybody, { scopes: ["*"] }],
  ["a key with every scope gives every scope", wholeKey, { scopes: ["*"] }],
  ["a key gives its own scopes", reader, { scopes: ["keys:write", "connections:read"] }],
  ["a free key gives a bound one", wholeKey, { tenantIds: ["c"] }],
  ["a bound key gives one of its tenants", bound, { tenantIds: ["b"] }],
  ["a lasting key gives a passing one", wholeKey, { expiresAt: 5 }],
  ["a passing key gives one that ends with it", passing, { expiresAt: 1_000 }],
])("%s", (_name, caller, wanted) => {
  expect(isWithin(caller, { ...rights, ...wanted })).toBe(true);
});

test.each<[string, Caller, Partial<Rights>]>([
  ["the bootstrap key does not give its own scope", anybody, { scopes: ["organizations:write"] }],
  ["a key with every scope does not, either", wholeKey, { scopes: ["organizations:write"] }],
  ["a key does not give another scope", reader, { scopes: ["connections:write"] }],
  ["a key does not give one more scope", reader, { scopes: ["keys:write", "secrets:reveal"] }],
  ["a key does not give every scope", reader, { scopes: ["*"] }],
  ["a bound key does not give a free one", bound, { tenantIds: null }],
  ["a bound key does not give another tenant", bound, { tenantIds: ["a", "c"] }],
  ["a passing key does not give a lasting one", passing, { expiresAt: null }],
  ["a passing key does not give one that lasts longer", passing, { expiresAt: 1_001 }],
])("%s", (_name, caller, wanted) => {
  expect(isWithin(caller, { ...rights, ...wanted })).toBe(false);
});
