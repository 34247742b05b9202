import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Failure } from "../../packages/core/src/failure.ts";
import { routes } from "./api-document.ts";

const writes = routes.filter(({ method }) => method !== "GET");
const nameOf = ({ method, path }: { readonly method: string; readonly path: string }) =>
  `${method} ${path}`;

type Row = (typeof routes)[number];

/** Which fields a row finds wrong; none when it takes the request. */
function wrongFields(row: Row, body: unknown, query = ""): readonly string[] {
  try {
    row.accept({ params: {}, query: new URLSearchParams(query), body });
  } catch (error) {
    // A row throws nothing else.
    const { code, context } = error as Failure;
    expect(code).toBe("invalid_request");
    return (context.fields ?? []).map(({ path }) => path);
  }
  return [];
}

/** Names that no row has, and that an object may already have of its own. */
const strange = fc.oneof(
  fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "__defineGetter__"),
  fc.string({ minLength: 1, maxLength: 12 }).map((name) => `x${name}`),
);

describe("what a row does not know it refuses by name", () => {
  it.each(writes.map((row) => [nameOf(row), row] as const))("%s, in its body", (_, row) => {
    fc.assert(
      fc.property(strange, fc.jsonValue(), (name, value) => {
        const body = JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`);
        expect(wrongFields(row, body)).toContain(name);
      }),
      { numRuns: 50 },
    );
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  it.each(writes.map((row) => [nameOf(row), row] as const))("%s, what is protected", (_, row) => {
    const fields = { organizationId: "org_x", createdAt: "now", hash: "x", deletedAt: null };
    const wrong = wrongFields(row, fields);
    for (const name of Object.keys(fields)) expect(wrong).toContain(name);
  });

  it.each(routes.map((row) => [nameOf(row), row] as const))("%s, in its query", (_, row) => {
    expect(wrongFields(row, {}, "xcolour=red")).toContain("xcolour");
    expect(wrongFields(row, {}, "tenantid=acme")).toContain("tenantid");
  });

  it.each(writes.map((row) => [nameOf(row), row] as const))(
    "%s, a body of another kind",
    (_, row) => {
      for (const body of [[], null, 7, "text", true]) {
        expect(() => wrongFields(row, body)).not.toThrow();
        expect(wrongFields(row, body).length).toBeGreaterThan(0);
      }
    },
  );
});

describe("what a row says of itself", () => {
  it("lets every change be repeated, but where secrets are revealed", () => {
    const unrepeatable = writes.filter(({ idempotent }) => !idempotent).map(nameOf);
    expect(unrepeatable).toEqual(["POST /connections/:id/reveal-secrets"]);
  });

  it("counts reads and writes as such, but what asks Meta and what reveals", () => {
    const others = routes.filter(
      ({ method, budget }) => budget !== (method === "GET" ? "reads" : "writes"),
    );
    expect(others.map((row) => `${row.budget}: ${nameOf(row)}`).sort()).toEqual([
      "metaLookups: GET /connections/:id/diagnosis",
      "metaLookups: GET /meta-apps/:id/setup",
      "metaLookups: POST /connections/:id/health/refresh",
      "metaLookups: POST /connections/:id/test",
      "reveal: POST /connections/:id/reveal-secrets",
    ]);
  });

  it("names no failure twice", () => {
    for (const { errors } of routes) expect(new Set(errors).size).toBe(errors.length);
  });
});
