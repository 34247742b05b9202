import { describe, expect, test } from "vitest";
import { createIntake, type Intake } from "./intake.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const MAX_BYTES = 4 * MIB;
const FULL = expect.objectContaining({
  code: "store_unavailable",
  status: 503,
  retryAfterMs: 5_000,
});

/** Asks for room as a request does that announces `length`. */
function admit(intake: Intake, length: string | number | undefined) {
  const headers = length === undefined ? {} : { "content-length": String(length) };
  return intake.admit({ headers }, MAX_BYTES);
}

/** How many bodies of one size find room, at most 2,000. */
function admitted(intake: Intake, length: string | number | undefined): number {
  for (let count = 0; count < 2_000; count += 1) {
    try {
      admit(intake, length);
    } catch {
      return count;
    }
  }
  return Number.POSITIVE_INFINITY;
}

test("takes in 64 MiB of small bodies, then says when to come again", () => {
  const intake = createIntake();
  expect(admitted(intake, 64 * KIB)).toBe(1_024);
  expect(() => admit(intake, 1)).toThrow(FULL);
});

test("keeps a quarter of the room from large bodies", () => {
  const intake = createIntake();
  expect(admitted(intake, 3 * MIB)).toBe(16);
  expect(() => admit(intake, 64 * KIB + 1)).toThrow(FULL);
  expect(admitted(intake, 64 * KIB)).toBe(256);
});

test("has room again as soon as some is given back", () => {
  const intake = createIntake(64 * KIB);
  const rooms = [admit(intake, 40 * KIB), admit(intake, 24 * KIB)];
  expect(() => admit(intake, 24 * KIB)).toThrow(FULL);
  rooms[1]?.release();
  admit(intake, 24 * KIB);
  expect(() => admit(intake, 1)).toThrow(FULL);
});

test("holds no more for a body than arrived, and gives back no more than it held", () => {
  const intake = createIntake(8 * MIB);
  const room = admit(intake, undefined);
  expect(() => admit(intake, 3 * MIB)).toThrow(FULL);
  room.resize(1 * KIB);
  admit(intake, 3 * MIB).release();
  room.release();
  expect(admitted(intake, 64 * KIB)).toBe(128);
});

test("holds as much for a body as arrived, where that is more than it announced", () => {
  const intake = createIntake(64 * KIB);
  const room = admit(intake, 1);
  room.resize(64 * KIB);
  expect(() => admit(intake, 1)).toThrow(FULL);
  room.release();
  admit(intake, 64 * KIB);
});

test("reserves no more than the largest body that is read at all", () => {
  const intake = createIntake();
  expect(admitted(intake, "9".repeat(400))).toBe(12);
});

describe("what a body's length is said to be", () => {
  const senseless = ["-1", "-4194304", "NaN", "", " ", "1e3", "0x10", "Infinity", "5, 5", "1.5"];

  test.each([undefined, ...senseless])("does not matter where it is no length: %j", (length) => {
    const intake = createIntake();
    expect(admitted(intake, length)).toBe(12);
    expect(admitted(intake, 64 * KIB)).toBe(256);
  });

  test.each(senseless)("cannot break the accounts once it is over: %j", (length) => {
    const intake = createIntake();
    for (let round = 0; round < 100; round += 1) admit(intake, length).release();
    expect(admitted(intake, 64 * KIB)).toBe(1_024);
  });
});
