import { expect, it } from "vitest";
import type { Outcome } from "../signup/signals.ts";
import { lastRun } from "./last-run.ts";
import { sampleView } from "./sample-view.ts";

const runBefore = (event: string, errorMessage: string | null = null) =>
  lastRun({ outcome: null, view: { ...sampleView, signal: { event, errorMessage } } });

it.each([
  ["CANCEL", null, { kind: "left", details: {} }],
  ["CANCEL", "Not today", { kind: "left", details: { errorMessage: "Not today" } }],
  ["ERROR", "Try later", { kind: "failed", details: { errorMessage: "Try later" } }],
  ["POPUP_BLOCKED", null, { kind: "blocked" }],
  ["SOMETHING_NEW", null, { kind: "failed", details: {} }],
])("before the page was loaded: %s, %s", (event, message, outcome) => {
  expect(runBefore(event, message)).toEqual(outcome);
});

it("in this page goes before what was", () => {
  const outcome: Outcome = { kind: "open" };
  const view = { ...sampleView, signal: { event: "CANCEL", errorMessage: null } };
  expect(lastRun({ outcome, view })).toBe(outcome);
});

it("is nothing where there was none", () => {
  expect(lastRun({ outcome: null, view: sampleView })).toBeNull();
  expect(lastRun({ outcome: null, view: null })).toBeNull();
});
