import { expect, it } from "vitest";
import { awaitedOf, isAwaited } from "./awaited.ts";
import type { ConnectedNumber } from "./waba.ts";

const phone = { isOnBizApp: false, platformType: "CLOUD_API", status: "CONNECTED" };

it.each([
  ["can be used", phone, null],
  ["is not registered", { ...phone, platformType: "NOT_APPLICABLE" }, "not_registered"],
  ["is reviewed", { ...phone, status: "PENDING" }, "in_review"],
  ["is registered by its app", { ...phone, isOnBizApp: true, platformType: null }, null],
  ["Meta says nothing of", { isOnBizApp: null, platformType: null, status: null }, null],
])("a number that %s", (_, standing, awaits) => {
  expect(awaitedOf(standing)).toBe(awaits);
});

it.each([
  ["pending", "in_review", true],
  ["pending", "not_registered", true],
  ["pending", null, false],
  ["pending", "meta_token_expired", false],
  ["suspended", "in_review", false],
  ["active", null, false],
] as const)("%s because of %s waits for Meta alone: %s", (status, statusReason, is) => {
  const number: Pick<ConnectedNumber, "status" | "statusReason"> = { status, statusReason };
  expect(isAwaited(number)).toBe(is);
});
