import { describe, expect, it } from "vitest";
import { createRing, HOW_TO_MAKE_A_KEY } from "./ring.ts";

const key = (fill: number, length = 32) => new Uint8Array(length).fill(fill);

describe("createRing", () => {
  it("finds every key by its id, the first one being the newest", () => {
    const [a, b] = [createRing([key(1)]).newest, createRing([key(2)]).newest];
    const ring = createRing([key(2), key(1)]);
    expect(ring.newest.id).toBe(b.id);
    expect(ring.find(a.id)?.key.equals(a.key)).toBe(true);
    expect(ring.find("AAAAAAAAAAAA")).toBeUndefined();
  });

  it("keeps its own copy of the keys", () => {
    const bytes = key(1);
    const ring = createRing([bytes]);
    bytes.fill(9);
    expect(ring.newest.key.export()).toEqual(Buffer.from(key(1)));
  });

  it.each([
    ["an empty ring", [], /secretKeys is empty/],
    ["a short key", [key(1), key(2, 31)], /position 2: 31 bytes instead of 32/],
    ["a long key", [key(1, 33)], /position 1: 33 bytes instead of 32/],
    ["an empty key", [key(1), key(2), key(3, 0)], /position 3: 0 bytes/],
    ["a repeated key", [key(1), key(2), key(1)], /position 3: the same key as position 1/],
    ["several mistakes", [key(1, 1), key(2), key(2)], /position 1: 1 bytes.*position 3: the same/],
  ])("refuses %s, saying where and how to make a key", (_, keys, message) => {
    expect(() => createRing(keys)).toThrow(message);
    expect(() => createRing(keys)).toThrow(HOW_TO_MAKE_A_KEY);
  });
});
