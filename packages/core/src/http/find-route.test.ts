import { expect, test } from "vitest";
import { z } from "zod";
import { routeFinder } from "./find-route.ts";
import { route } from "./route.ts";

const row = (method: "GET" | "POST", path: string) =>
  route({
    ...{ method, path, summary: path, scope: "*", success: 200 },
    response: z.strictObject({}),
    run: async () => ({ value: {} }),
  });

const find = routeFinder("/api/v1", [
  row("GET", "/things"),
  row("GET", "/things/:id"),
  row("POST", "/things/:id/parts/:part"),
]);

const found = (method: string, path: string) => {
  const match = find(method, path);
  return match && [match.route.path, match.params];
};

test("finds the row of a path, and the names in it", () => {
  expect(found("GET", "/api/v1/things")).toEqual(["/things", {}]);
  expect(found("GET", "/api/v1/things/a%20b/")).toEqual(["/things/:id", { id: "a b" }]);
  const parts = ["/things/:id/parts/:part", { id: "1", part: "2" }];
  expect(found("POST", "/api/v1/things/1/parts/2")).toEqual(parts);
});

test("finds nothing under another base, another method, or a part of a path", () => {
  for (const path of ["/things", "/api/v10/things", "/api/v1/thing", "/api/v1/things/1/2"]) {
    expect(found("GET", path)).toBeUndefined();
  }
  expect(found("POST", "/api/v1/things")).toBeUndefined();
});
