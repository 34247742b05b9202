import { expect, test } from "vitest";
import { subject } from "./scene.ts";

async function healthOf(here: Awaited<ReturnType<typeof subject>>) {
  const { body } = await here.api("GET", `/connections/${here.connectionId}/health`);
  return body.health;
}

test("a limit that Meta tells is the number's health, and told once", async () => {
  const here = await subject();
  const display_phone_number = "15550100001";
  const value = { display_phone_number, event: "THROUGHPUT_UPGRADE", current_limit: "TIER_10K" };
  await here.tell("phone_number_quality_update", value);
  await expect.poll(() => healthOf(here)).toMatchObject({ messagingTier: "TIER_10K" });
  await here.tell("phone_number_quality_update", { ...value, old_limit: "TIER_2K" });
  expect(here.toldOf("connection.health_changed")).toMatchObject([
    { connectionId: here.connectionId, from: null, to: { messagingTier: "TIER_10K" } },
  ]);
});

test.each([
  [2000, "TIER_2K"],
  ["TIER_100K", "TIER_100K"],
  [-1, "TIER_UNLIMITED"],
  [7, "TIER_7"],
])("a capability of %s is every number's limit %s", async (limit, messagingTier) => {
  const here = await subject();
  const value = { max_daily_conversations_per_business: limit, max_phone_numbers_per_waba: 25 };
  await here.tell("business_capability_update", value);
  await expect.poll(() => healthOf(here)).toMatchObject({ messagingTier });
});

test("a name that Meta approves is the number's, and one it refuses is not", async () => {
  const here = await subject({ isOnBizApp: true, verifiedName: "Acme" });
  const about = { display_phone_number: "15550100001", requested_verified_name: "Acme Two" };
  const rejected = { ...about, decision: "REJECTED", rejection_reason: "NAME_FORMAT_UNACCEPTABLE" };
  await here.tell("phone_number_name_update", rejected);
  await expect.poll(() => healthOf(here)).toMatchObject({ newNameStatus: "DECLINED" });
  expect(await here.connection()).toMatchObject({ verifiedName: "Acme" });

  await here.tell("phone_number_name_update", { ...about, decision: "APPROVED" });
  await expect
    .poll(() => healthOf(here))
    .toMatchObject({ nameStatus: "APPROVED", newNameStatus: null });
  expect(await here.connection()).toMatchObject({ verifiedName: "Acme Two" });
});

test("what was asked for before stays beside it", async () => {
  const here = await subject({ isOnBizApp: true, qualityRating: "GREEN" });
  await here.api("POST", `/connections/${here.connectionId}/health/refresh`, { body: {} });
  await here.tell("business_capability_update", { max_daily_conversations_per_business: 250 });
  await expect
    .poll(() => healthOf(here))
    .toMatchObject({ messagingTier: "TIER_250", qualityRating: "GREEN" });
});
