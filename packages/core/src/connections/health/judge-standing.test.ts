import { describe, expect, it } from "vitest";
import type { PreflightCategory } from "../../failure.ts";
import type { Waba } from "../waba.ts";
import { PREFLIGHT_ADVICE } from "../webhook/preflight.ts";
import {
  judgeEndpoint,
  judgeHealth,
  judgeLastDelivery,
  judgeLastWebhook,
  judgeMode,
  judgeStatus,
  judgeUnrouted,
} from "./judge-standing.ts";
import type { Judgement } from "./judgement.ts";

/** Holds what every judgement promises. */
function expectWhole({ verdict, message, nextStep }: Judgement) {
  expect(message).toMatch(/^[A-Z\d].*\.$/);
  if (verdict === "ok") expect(nextStep).toBeNull();
  else expect(nextStep).toMatch(/^[A-Z].*\.$/);
}

describe("a connection", () => {
  // Only when it was begun is told.
  const intent = { startedAt: 1_795_219_200_000 } as Waba["intent"];

  it.each([
    [null, "active", null, "ok", /active/],
    [null, "pending", "meta_unavailable", "warning", /not complete yet \(meta_unavailable\)/],
    [null, "suspended", "suspended", "failed", /suspended/],
    [null, "disconnected", "meta_partner_removed", "failed", /\(meta_partner_removed\)/],
    [intent, "active", null, "warning", /under way since 2026-11-21T/],
    [intent, "disconnected", null, "failed", /disconnected\.$/],
  ] as const)("%o that is %s because of %s is %s", (begun, status, statusReason, verdict, says) => {
    const judged = judgeStatus({ intent: begun }, { status, statusReason });
    expect(judged).toMatchObject({ verdict, message: expect.stringMatching(says) });
    expectWhole(judged);
  });

  it.each([
    ["coexistence", "ok"],
    ["cloud_api", "ok"],
    ["unknown", "warning"],
  ] as const)("whose mode is %s is %s", (connectionMode, verdict) => {
    const judged = judgeMode({ connectionMode });
    expect(judged.verdict).toBe(verdict);
    expectWhole(judged);
  });
});

describe("the health", () => {
  const healthy = {
    platformType: "CLOUD_API",
    status: "CONNECTED",
    healthStatus: "AVAILABLE",
    subscribed: true,
    blocks: [],
  };

  it.each([
    [{}, "ok"],
    [{ healthStatus: "BLOCKED" }, "warning"],
    [{ status: "BANNED" }, "failed"],
    [{ platformType: null }, "warning"],
  ])("%o is %s", (facts, verdict) => {
    const judged = judgeHealth({ ...healthy, ...facts });
    expect(judged.verdict).toBe(verdict);
    expectWhole(judged);
  });
});

describe("what has arrived", () => {
  it.each([
    [1_795_219_200_000, "events", "ok"],
    [null, "events", "warning"],
    [null, "relay", "warning"],
    [null, "direct", "ok"],
  ] as const)("(%o, %s) is %s", (at, delivery, verdict) => {
    const judged = judgeLastWebhook(at, delivery);
    expect(judged.verdict).toBe(verdict);
    expectWhole(judged);
  });

  it.each([
    [{ at: 0, status: "delivered" }, "relay", "ok", /1970-01-01T00:00:00Z/],
    [{ at: 0, status: "retrying" }, "relay", "failed", /not taken/],
    [{ at: 0, status: "failed" }, "events", "failed", /not taken/],
    [null, "relay", "ok", /yet/],
    [undefined, "events", "ok", /listeners/],
    [undefined, "direct", "ok", /Nothing/],
  ] as const)("that was delivered last (%o, %s) is %s", (last, delivery, verdict, says) => {
    const judged = judgeLastDelivery(last, delivery);
    expect(judged).toMatchObject({ verdict, message: expect.stringMatching(says) });
    expectWhole(judged);
  });

  it("for nobody is a warning that counts it", () => {
    expect(judgeUnrouted({ lastAt: null, count: 0 }).verdict).toBe("ok");
    const elsewhere = judgeUnrouted({ lastAt: null, count: 7 });
    expect(elsewhere).toMatchObject({ verdict: "warning", message: expect.stringMatching(/^7 /) });
    const beside = judgeUnrouted({ lastAt: 0, count: 0 });
    expect(beside).toMatchObject({ verdict: "warning", message: expect.stringMatching(/1970/) });
    for (const judged of [elsewhere, beside]) expectWhole(judged);
  });
});

describe("the endpoint", () => {
  it("is fine, or not needed", () => {
    expect(judgeEndpoint("ok").verdict).toBe("ok");
    expect(judgeEndpoint(null).verdict).toBe("ok");
  });

  it("is told what is wrong, and what it answered", () => {
    // The table has exactly these keys.
    for (const category of Object.keys(PREFLIGHT_ADVICE) as PreflightCategory[]) {
      const judged = judgeEndpoint({
        category,
        httpStatus: 404,
        receivedPreview: 'no "such" page',
      });
      expect(judged.verdict).toBe("failed");
      expect(judged.message).toContain('It answered 404, "no \\"such\\" page".');
      expectWhole(judged);
    }
    const silent = judgeEndpoint({ category: "timeout", httpStatus: null, receivedPreview: null });
    expect(silent.message).toBe(PREFLIGHT_ADVICE.timeout.message);
  });
});
