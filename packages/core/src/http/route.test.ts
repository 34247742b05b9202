import { expect, test } from "vitest";
import { z } from "zod";
import { type Caller, route } from "./route.ts";

const caller: Caller = { organizationId: "org_1", scopes: ["*"], actor: "key_1" };
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
  async run(app: { readonly base: number }, { caller, params, query, body }) {
    const { base } = app;
    expect([caller.actor, params.id]).toEqual(["key_1", "a"]);
    return { value: { total: base + body.from + query.by } };
  },
});

test("hands the use case what was checked, and answers with the status of the row", async () => {
  const given = { ...raw, query: new URLSearchParams("by=5") };
  const answer = await counted.serve({ base: 100 }, caller, { ...given, body: { from: 10 } });
  expect(answer).toEqual({ status: 201, value: { total: 115 } });
});

test("takes neither query nor body where none is declared", async () => {
  const bare = route({
    method: "DELETE",
    path: "/things/:id",
    summary: "Remove a thing.",
    scope: "connections:write",
    success: 200,
    response: z.strictObject({}),
    run: async () => ({ value: {}, status: 202 }),
  });
  await expect(bare.serve({}, caller, raw)).resolves.toEqual({ status: 202, value: {} });
  const query = new URLSearchParams("force=1");
  await expect(bare.serve({}, caller, { ...raw, query })).rejects.toThrow("force");
  await expect(bare.serve({}, caller, { ...raw, body: { all: true } })).rejects.toThrow("all");
});

test("refuses a query name that is given twice, since one of them would be ignored", async () => {
  const query = new URLSearchParams("by=1&by=2");
  const attempt = counted.serve({ base: 0 }, caller, { ...raw, query, body: { from: 1 } });
  await expect(attempt).rejects.toMatchObject({
    code: "invalid_request",
    context: { fields: [{ path: "by" }] },
  });
});
