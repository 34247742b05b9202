import { expect, it } from "vitest";
import { standingClock } from "../standing-clock.ts";
import { startAttempt } from "./attempt.ts";
import type { Finish, Stop } from "./read-message.ts";
import type { Outcome } from "./signals.ts";

const finish: Finish = { kind: "finish", wabaId: "1", phoneNumberId: "2", coexistence: false };
const cancel: Stop = { kind: "stop", event: "CANCEL", details: { currentStep: "PERMISSIONS" } };
const result = { code: "AQB1", wabaId: "1", phoneNumberId: "2", coexistence: false };

function attempted() {
  const clock = standingClock();
  const reports: Outcome[] = [];
  const attempt = startAttempt({ clock, coexistence: false, report: (o) => reports.push(o) });
  return { ...attempt, clock, reports };
}

it("reports at once when both have come, and never again", () => {
  const { onMessage, onAnswer, clock, reports } = attempted();
  onMessage(finish);
  onAnswer("AQB1");
  expect(reports).toEqual([{ kind: "finished", result }]);
  onAnswer("AQB2");
  onAnswer(null);
  onMessage(cancel);
  onMessage({ ...finish, wabaId: "9" });
  clock.pass(10_000);
  expect(reports).toHaveLength(1);
});

it("waits 3 s for the ids when the code came first, and no longer", () => {
  const { onAnswer, clock, reports } = attempted();
  onAnswer("AQB1");
  clock.pass(2_999);
  expect(reports).toEqual([]);
  clock.pass(1);
  const alone = { code: "AQB1", wabaId: null, phoneNumberId: null, coexistence: false };
  expect(reports).toEqual([{ kind: "finished", result: alone }]);
});

it("a repeated code does not prolong the wait, and ids that come late change nothing", () => {
  const { onAnswer, onMessage, clock, reports } = attempted();
  onAnswer("AQB1");
  clock.pass(2_000);
  onAnswer("AQB1");
  clock.pass(1_000);
  expect(reports).toHaveLength(1);
  onMessage(finish);
  expect(reports).toHaveLength(1);
});

it("the ids end the wait", () => {
  const { onAnswer, onMessage, clock, reports } = attempted();
  onAnswer("AQB1");
  clock.pass(1_000);
  onMessage(finish);
  clock.pass(5_000);
  expect(reports).toEqual([{ kind: "finished", result }]);
});

it("a repeated cancel is reported once, however late", () => {
  const { onAnswer, onMessage, clock, reports } = attempted();
  onMessage(cancel);
  clock.pass(1_000);
  onAnswer(null);
  onMessage(cancel);
  onAnswer(null);
  expect(reports).toEqual([{ kind: "left", details: cancel.details }]);
});

it("a person who cancelled, and then went through with it, is through", () => {
  const { onAnswer, onMessage, reports } = attempted();
  onMessage(cancel);
  onMessage(finish);
  onAnswer("AQB1");
  expect(reports.map(({ kind }) => kind)).toEqual(["left", "open", "finished"]);
});

it("a window that seemed blocked and then speaks is open", () => {
  const { onAnswer, onMessage, clock, reports } = attempted();
  clock.pass(10);
  onAnswer(null);
  onMessage(cancel);
  expect(reports).toEqual([{ kind: "blocked" }, { kind: "left", details: cancel.details }]);
});

it("one that was dropped says nothing more", () => {
  const { onAnswer, onMessage, drop, clock, reports } = attempted();
  onAnswer("AQB1");
  drop();
  onMessage(finish);
  clock.pass(5_000);
  expect(reports).toEqual([]);
});
