import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HttpRequest } from "./message.ts";
import { contentOf, readIdempotencyKey } from "./repeatable.ts";

/** Nothing but the headers is looked at. */
const requestWith = (headers: HttpRequest["headers"]) => ({ headers }) as HttpRequest;

describe("an Idempotency-Key", () => {
  it.each(["a", "x".repeat(255), "!~", "8e03978e-40d5-43e8-bc93-6894a57f9324", '"quoted"'])(
    "may be %j",
    (key) => {
      expect(readIdempotencyKey(requestWith({ "idempotency-key": key }))).toBe(key);
    },
  );

  it.each(["", " ", "a b", "x".repeat(256), "é", "a\n", "\u007f", ["a", "b"]])(
    "may not be %j, and is named",
    (key) => {
      const attempt = () => readIdempotencyKey(requestWith({ "idempotency-key": key }));
      expect(attempt).toThrow(/Idempotency-Key.*1 to 255/);
    },
  );

  it("is not needed", () => {
    expect(readIdempotencyKey(requestWith({}))).toBeUndefined();
  });
});

describe("the content of a request", () => {
  const contentWith = (body: unknown, query = "") =>
    contentOf("POST", "/a/:id", { params: { id: "1" }, query: new URLSearchParams(query), body });

  it("is the same in whatever order its fields come, at any depth", () => {
    const turned = { b: [{ d: 1, c: null }], a: { f: "x", e: true } };
    expect(contentWith({ a: { e: true, f: "x" }, b: [{ c: null, d: 1 }] })).toBe(
      contentWith(turned),
    );
    expect(contentWith({}, "b=1&a=2")).toBe(contentWith({}, "a=2&b=1"));
  });

  it("differs with any value, and with the order of a list", () => {
    const contents = [
      contentWith({}),
      contentWith({ a: 1 }),
      contentWith({ a: "1" }),
      contentWith({ a: [1, 2] }),
      contentWith({ a: [2, 1] }),
      contentWith({ a: null }),
      contentWith([]),
      contentWith({}, "a=1"),
      contentWith(JSON.parse('{"__proto__":1}')),
      contentOf("PATCH", "/a/:id", { params: { id: "1" }, query: new URLSearchParams(), body: {} }),
      contentOf("POST", "/b/:id", { params: { id: "1" }, query: new URLSearchParams(), body: {} }),
      contentOf("POST", "/a/:id", { params: { id: "2" }, query: new URLSearchParams(), body: {} }),
    ];
    expect(new Set(contents).size).toBe(contents.length);
  });

  it("is the JSON it was made of", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        const [, , , , read] = JSON.parse(contentWith(body));
        expect(read).toEqual(JSON.parse(JSON.stringify(body)));
      }),
    );
  });
});
