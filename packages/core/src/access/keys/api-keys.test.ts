import { describe, expect, it } from "vitest";
import { CreateApiKey } from "./api-keys.ts";

const wanted = { name: "CRM", scopes: ["connections:read"] };

describe("an API key to be made", () => {
  it.each([
    {},
    { scopes: ["*"] },
    { tenantIds: ["acme"] },
    { expiresAt: "2027-01-01T00:00:00Z" },
    { expiresAt: "2027-01-01T00:00:00.000Z" },
  ])("may have %j", (fields) => {
    expect(CreateApiKey.safeParse({ ...wanted, ...fields }).success).toBe(true);
  });

  it.each([
    { name: "" },
    { name: "x".repeat(129) },
    { scopes: [] },
    { scopes: ["everything"] },
    { scopes: ["organizations:write"] },
    { tenantIds: [] },
    { tenantIds: [""] },
    { tenantIds: ["x".repeat(129)] },
    { expiresAt: "tomorrow" },
    { expiresAt: "2027-01-01" },
    { organizationId: "org_2" },
    { keyId: "key_1" },
  ])("may not have %j", (fields) => {
    expect(CreateApiKey.safeParse({ ...wanted, ...fields }).success).toBe(false);
  });
});
