import { expect, it } from "vitest";
import type { View } from "../view.ts";
import { NOTHING_YET, type OnboardState } from "./onboard-state.ts";
import { sampleView } from "./sample-view.ts";
import { screenOf } from "./screen-of.ts";

const screenFor = (view: Partial<View>, state: Partial<OnboardState> = {}) =>
  screenOf({ ...NOTHING_YET, view: { ...sampleView, ...view }, ...state });

it("shows that it is loading before the hub has answered", () => {
  expect(screenOf(NOTHING_YET)).toBe("loading");
});

it.each<[Partial<View>, string]>([
  [{ status: "created" }, "welcome"],
  [{ status: "started" }, "welcome"],
  [{ status: "exchanging" }, "working"],
  [{ status: "choose_number" }, "number"],
  [{ status: "subscribing" }, "working"],
  [{ status: "completed" }, "completed"],
  [{ status: "cancelled" }, "cancelled"],
  [{ status: "expired" }, "expired"],
  [{ status: "failed", errorCategory: "code_used", retry: "signup" }, "failed"],
  [{ status: "failed", errorCategory: "meta_unavailable", retry: "resume" }, "failed"],
  [{ status: "failed", errorCategory: "endpoint_unreachable", retry: null }, "failed"],
  [{ status: "failed", errorCategory: "brand_new", retry: null }, "failed"],
  [{ status: "failed", errorCategory: "pin_required", retry: "pin" }, "pin"],
  [{ status: "failed", errorCategory: "number_ambiguous", retry: "number" }, "number"],
  [{ status: "started", errorCategory: "missing_permission" }, "failed"],
])("a session that is %j is shown as %s", (view, screen) => {
  expect(screenFor(view)).toBe(screen);
});

it.each([
  ["missing", "missing"],
  ["closed", "elsewhere"],
  ["forbidden", "elsewhere"],
  ["unavailable", "unavailable"],
] as const)("a refusal goes before everything: %s is shown as %s", (refusal, screen) => {
  expect(screenFor({ status: "completed" }, { refusal, busy: "connecting" })).toBe(screen);
  expect(screenOf({ ...NOTHING_YET, refusal })).toBe(screen);
});

it.each<[OnboardState["outcome"], string]>([
  [{ kind: "open" }, "waiting"],
  [{ kind: "blocked" }, "blocked"],
  [{ kind: "left", details: {} }, "left"],
  [{ kind: "failed", details: {} }, "metaFailed"],
])("a run of Meta's window that is %j is shown as %s", (outcome, screen) => {
  expect(screenFor({ status: "started" }, { outcome })).toBe(screen);
  expect(screenFor({ status: "failed", retry: "signup" }, { outcome })).toBe(screen);
  expect(screenFor({ status: "completed" }, { outcome })).toBe("completed");
  expect(screenFor({ status: "expired" }, { outcome })).toBe("expired");
});

it("shows what is under way rather than what was", () => {
  expect(screenFor({ status: "failed" }, { busy: "connecting" })).toBe("working");
  expect(screenFor({ status: "started" }, { busy: "shortly" })).toBe("loading");
});
