import { describe, expect, it } from "vitest";
import { z } from "zod";
import { PageQuery, pageOf } from "./page.ts";

describe("the query of a list", () => {
  it("asks for 50 entries when it asks for nothing", () => {
    expect(PageQuery.parse({})).toEqual({ limit: 50 });
  });

  it.each(["1", "200"])("takes a limit of %s", (limit) => {
    expect(PageQuery.parse({ limit }).limit).toBe(Number(limit));
  });

  it.each(["0", "201", "-1", "1.5", "ten", "", " ", "NaN"])("refuses a limit of %j", (limit) => {
    expect(PageQuery.safeParse({ limit }).success).toBe(false);
  });

  it("refuses names it does not know, and cursors longer than any of ours", () => {
    expect(PageQuery.safeParse({ page: "2" }).success).toBe(false);
    expect(PageQuery.safeParse({ cursor: "a".repeat(129) }).success).toBe(false);
  });
});

it("makes the schema of a page", () => {
  const schema = pageOf(z.strictObject({ id: z.string() }));
  expect(schema.safeParse({ data: [{ id: "a" }], nextCursor: null }).success).toBe(true);
  expect(schema.safeParse({ data: [], nextCursor: "x" }).success).toBe(true);
  expect(schema.safeParse({ data: [] }).success).toBe(false);
  expect(schema.safeParse({ data: [{ id: "a", secret: "x" }], nextCursor: null }).success).toBe(
    false,
  );
});
