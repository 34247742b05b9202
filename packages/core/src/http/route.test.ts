import { expect, test } from "vitest";
import { z } from "zod";
import { type RequestCaller, route } from "./route.ts";

const caller: RequestCaller = {
  organizationId: "org_1",
  scopes: ["*"],
  actor: "key_1",
  requestId: "request_1",
};
const random = (size: number) => new Uint8Array(size).fill(7);
const run = { caller, random, isRepeatable: false };
const raw = { params: { id: "a" }, query: new URLSearchParams(), body: {} };

const counted = route({
  method: "POST",
  path: "/things/:id",
  summary: "Count a thing.",
  scope: "connections:write",
  success: 201,
  query: z.strictObject({ by: z.coerce.number().default(1) }),
  body: z.strictObject({ from: z.number() }),
  response: z.strictObject({ total: z.number() }),
  async run(app: { readonly base: number }, { caller, params, query, body, random }) {
    const { base } = app;
    expect([caller.actor, caller.requestId, params.id]).toEqual(["key_1", "request_1", "a"]);
    expect(random(2)).toEqual(new Uint8Array([7, 7]));
    return { value: { total: base + body.from + query.by } };
  },
});

test("hands the use case what was checked, and answers with the status of the row", async () => {
  const given = { ...raw, query: new URLSearchParams("by=5") };
  const accepted = counted.accept({ ...given, body: { from: 10 } });
  const answer = await accepted({ base: 100 }, run);
  expect(answer).toEqual({ status: 201, value: { total: 115 }, headers: {} });
});

test("says what it is counted by, how it refuses, and whether its answers may be stored", () => {
  const spec = {
    path: "/things",
    summary: "Do a thing.",
    scope: "*",
    success: 200,
    response: z.strictObject({}),
    run: async () => ({ value: {} }),
  } as const;
  const read = { budget: "reads", errors: [], idempotent: false };
  expect(route({ ...spec, method: "GET" })).toMatchObject(read);
  const write = { budget: "writes", errors: [], idempotent: true };
  for (const method of ["POST", "PATCH", "PUT", "DELETE"] as const) {
    expect(route({ ...spec, method })).toMatchObject(write);
  }
  const own = { budget: "reveal", errors: ["meta_rejected"], idempotent: false } as const;
  expect(route({ ...spec, ...own, method: "POST" })).toMatchObject(own);
});

test("takes neither query nor body where none is declared", async () => {
  const bare = route({
    method: "DELETE",
    path: "/things/:id",
    summary: "Remove a thing.",
    scope: "connections:write",
    success: 200,
    response: z.strictObject({}),
    run: async () => ({ value: {}, status: 202, headers: { etag: "1" } }),
  });
  const answer = { status: 202, value: {}, headers: { etag: "1" } };
  await expect(bare.accept(raw)({}, run)).resolves.toEqual(answer);
  const query = new URLSearchParams("force=1");
  expect(() => bare.accept({ ...raw, query })).toThrow("force");
  expect(() => bare.accept({ ...raw, body: { all: true } })).toThrow("all");
});

test("refuses a query name that is given twice, since one of them would be ignored", () => {
  const query = new URLSearchParams("by=1&by=2");
  expect(() => counted.accept({ ...raw, query, body: { from: 1 } })).toThrow(
    expect.objectContaining({
      code: "invalid_request",
      context: expect.objectContaining({ fields: [expect.objectContaining({ path: "by" })] }),
    }),
  );
});
