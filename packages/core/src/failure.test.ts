import { expect, test } from "vitest";
import { Failure, type FailureCode } from "./failure.ts";

test("says which requests may succeed when they are repeated", () => {
  const retryable: FailureCode[] = ["store_unavailable", "meta_unavailable", "meta_throttled"];
  const final: FailureCode[] = ["invalid_request", "unauthorized", "meta_outcome_unknown"];
  expect(retryable.map((code) => new Failure(code).retryable)).toEqual([true, true, true]);
  expect(final.map((code) => new Failure(code).retryable)).toEqual([false, false, false]);
});

test("has a sentence of its own where the thrower says nothing more precise", () => {
  expect(new Failure("not_found").message).toBe("There is nothing here under this id.");
  expect(new Failure("not_found", "No such number.").message).toBe("No such number.");
});

test("keeps its cause for the log, apart from what it shows", () => {
  const cause = new Error("disk full");
  const failure = new Failure("store_unavailable", undefined, { cause, retryAfterMs: 1_000 });
  expect(failure).toMatchObject({ cause, status: 503, type: "internal", retryAfterMs: 1_000 });
  expect(failure.context).toEqual({});
});
