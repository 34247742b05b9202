import { expect, it } from "vitest";
import { ANYTHING, isLinearisable, type Observation } from "./linearise.ts";

const read = (before: number | undefined, invokedAt: number, returnedAt: number): Observation => ({
  kind: "read",
  before,
  outcome: "done",
  invokedAt,
  returnedAt,
});
const write = (after: number, invokedAt: number, returnedAt: number): Observation => ({
  kind: "write",
  before: ANYTHING,
  after,
  outcome: "done",
  invokedAt,
  returnedAt,
});

it("accepts what one client alone could have seen", () => {
  expect(isLinearisable([write(1, 1, 2), read(1, 3, 4), write(2, 5, 6), read(2, 7, 8)])).toBe(true);
});

it("accepts either order of operations that overlap", () => {
  expect(isLinearisable([write(1, 1, 4), write(2, 2, 3), read(1, 5, 6)])).toBe(true);
  expect(isLinearisable([write(1, 1, 4), write(2, 2, 3), read(2, 5, 6)])).toBe(true);
});

it("finds a read of what was overwritten", () => {
  expect(isLinearisable([write(1, 1, 2), write(2, 3, 4), read(1, 5, 6)])).toBe(false);
});

it("finds a lost acknowledged write", () => {
  expect(isLinearisable([write(1, 1, 2), read(undefined, 3, 4)])).toBe(false);
});

it("finds two guarded writes that both won on the same version", () => {
  const guarded = (after: number): Observation => ({ ...write(after, 2, 5), before: undefined });
  expect(isLinearisable([guarded(1), guarded(2)])).toBe(false);
  expect(isLinearisable([guarded(1), { ...guarded(2), outcome: "refused" }])).toBe(true);
});

it("finds a refusal nobody can have caused", () => {
  expect(isLinearisable([{ ...write(1, 1, 2), before: undefined, outcome: "refused" }])).toBe(
    false,
  );
});

it("lets an unknown write happen late or never, but not undo itself", () => {
  const unknown: Observation = { ...write(1, 1, 2), outcome: "unknown" };
  expect(isLinearisable([unknown, read(undefined, 3, 4), read(1, 5, 6)])).toBe(true);
  expect(isLinearisable([unknown, read(undefined, 3, 4)])).toBe(true);
  expect(isLinearisable([unknown, read(1, 3, 4), read(undefined, 5, 6)])).toBe(false);
});
