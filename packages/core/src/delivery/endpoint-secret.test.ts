import { describe, expect, test } from "vitest";
import { createVault } from "../crypto/vault.ts";
import { type Endpoint, readEndpoint } from "./endpoint.ts";
import {
  OVERLAP_MS,
  openEndpoint,
  resealEndpoint,
  rotated,
  sealHeaders,
  secretPlace,
} from "./endpoint-secret.ts";

const [oldKey, newKey] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const whose = { organizationId: "org_1", id: "whe_1" };
const headers = { authorization: "Bearer of-the-customer" };

function endpointOn(vault: ReturnType<typeof createVault>): Endpoint {
  const seal = (text: string) => vault.seal(text, secretPlace("org_1", "whe_1"));
  const sealed = {
    secrets: ["first", "second"].map(seal),
    secretEnds: [7],
    headers: sealHeaders(vault, whose, headers),
  };
  // The rest of an endpoint has no secrets.
  return { ...whose, ...sealed } as unknown as Endpoint;
}

describe("an endpoint that is sealed anew", () => {
  test("opens with the new key alone, headers included", () => {
    const endpoint = endpointOn(createVault([oldKey]));
    const both = createVault([newKey, oldKey]);
    const resealed = readEndpoint(resealEndpoint(endpoint, both.rewrap));
    expect(openEndpoint(createVault([newKey]), resealed)).toEqual({
      secrets: [
        { secret: "first", until: Number.POSITIVE_INFINITY },
        { secret: "second", until: 7 },
      ],
      headers,
    });
    expect(() => openEndpoint(createVault([newKey]), endpoint)).toThrow(
      expect.objectContaining({ code: "secret_unreadable" }),
    );
  });

  test("of an earlier version stays one", () => {
    const { headers: _, secretEnds, ...older } = endpointOn(createVault([oldKey]));
    const resealed = resealEndpoint(older, createVault([newKey, oldKey]).rewrap);
    expect(Object.keys(resealed)).toEqual(Object.keys(older));
  });
});

test("headers are sealed for their endpoint: those of another one do not open", () => {
  const vault = createVault([oldKey]);
  const endpoint = endpointOn(vault);
  expect(endpoint.headers).not.toContain("customer");
  const stolen = { ...endpoint, id: "whe_2", secrets: [], secretEnds: [] };
  expect(() => openEndpoint(vault, stolen)).toThrow(
    expect.objectContaining({ code: "secret_unreadable" }),
  );
  expect(sealHeaders(vault, whose, {})).toBeNull();
});

describe("a new secret", () => {
  test("is in front, and each former one keeps its own end", () => {
    const once = rotated({ secrets: ["a"], secretEnds: [] }, "b", 1_000);
    expect(once).toEqual({ secrets: ["b", "a"], secretEnds: [1_000 + OVERLAP_MS] });
    expect(rotated(once, "c", 2_000)).toEqual({
      secrets: ["c", "b", "a"],
      secretEnds: [2_000 + OVERLAP_MS, 1_000 + OVERLAP_MS],
    });
  });

  test("lets go of those that have ended, and of the oldest of many", () => {
    const later = { secrets: ["b", "a"], secretEnds: [500] };
    expect(rotated(later, "c", 500)).toEqual({
      secrets: ["c", "b"],
      secretEnds: [500 + OVERLAP_MS],
    });
    let many = rotated({ secrets: ["0"], secretEnds: [] }, "1", 0);
    for (const name of ["2", "3", "4", "5", "6"]) many = rotated(many, name, 0);
    expect(many.secrets).toEqual(["6", "5", "4", "3", "2"]);
    expect(many.secretEnds).toHaveLength(4);
  });
});
