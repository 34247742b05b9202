import { expect, test } from "vitest";
import { allowanceHeaders, requireRoom } from "./allowance.ts";

const allowance = { isGranted: true, limit: 30, remaining: 0, resetAt: 1_001, resetInMs: 500 };

test("an allowance is told in headers, its end in seconds since the epoch, rounded up", () => {
  expect(allowanceHeaders(allowance)).toEqual({
    "x-ratelimit-limit": "30",
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": "2",
  });
  expect(allowanceHeaders(undefined)).toEqual({});
});

test("only who was not granted a request is told to wait, and for how long", () => {
  expect(() => requireRoom(undefined)).not.toThrow();
  expect(() => requireRoom(allowance)).not.toThrow();
  expect(() => requireRoom({ ...allowance, isGranted: false })).toThrow(
    expect.objectContaining({ code: "rate_limited", retryAfterMs: 500 }),
  );
});
