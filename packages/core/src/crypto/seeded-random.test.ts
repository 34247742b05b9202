import { expect, test } from "vitest";
import { isId, newId } from "./ids.ts";
import { seededRandom } from "./seeded-random.ts";

const seed = new Uint8Array(32).fill(7);
const drawn = (from: Uint8Array, sizes: readonly number[]) => {
  const random = seededRandom(from);
  return sizes.map((size) => Buffer.from(random(size)).toString("hex"));
};

test("the same seed gives the same bytes in the same order", () => {
  const sizes = [16, 32, 1, 16, 8_160];
  expect(drawn(seed, sizes)).toEqual(drawn(seed, sizes));
  expect(drawn(seed, sizes).map((hex) => hex.length / 2)).toEqual(sizes);
});

test("no draw tells of another, nor one seed of another", () => {
  const other = new Uint8Array(32).fill(8);
  const all = [...drawn(seed, Array(50).fill(16)), ...drawn(other, Array(50).fill(16))];
  expect(new Set(all).size).toBe(100);
});

test("gives ids like any other randomness", () => {
  const random = seededRandom(seed);
  const ids = [newId("whe_", random), newId("whe_", random)];
  expect(ids.every((id) => isId("whe_", id))).toBe(true);
  expect(new Set(ids).size).toBe(2);
  expect(newId("whe_", seededRandom(seed))).toBe(ids[0]);
});

test("bytes that are known are the ones of HKDF-SHA-256 (RFC 5869)", () => {
  expect(drawn(new Uint8Array(32), [16])).toEqual(["d8a42ef76d7b31efb3a60263ea673a09"]);
});
