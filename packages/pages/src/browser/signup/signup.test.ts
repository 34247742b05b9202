import { expect, it } from "vitest";
import { standingClock } from "../standing-clock.ts";
import type { Login } from "../view.ts";
import type { Facebook } from "./meta.ts";
import type { Outcome } from "./signals.ts";
import { prepareSignup, type Readiness } from "./signup.ts";

const login: Login = {
  appId: "1",
  configId: "2",
  graphVersion: "v25.0",
  sdkUrl: "https://connect.facebook.net/en_US/sdk.js",
  messageOrigins: ["https://*.facebook.com"],
  setup: {},
};
const finish = { type: "WA_EMBEDDED_SIGNUP", event: "FINISH", data: { waba_id: "1" } };

function prepared() {
  const clock = standingClock();
  const windows: ((code: string | null) => void)[] = [];
  const readinesses: Readiness[] = [];
  const reports: Outcome[] = [];
  const handles: { load?: (facebook: Facebook | null) => void; say?: (data: unknown) => void } = {};
  const signup = prepareSignup({
    login,
    clock,
    meta: {
      load: (_, take) => Object.assign(handles, { load: take }),
      hear: (_, take) => Object.assign(handles, { say: take }),
    },
    readiness: (readiness) => readinesses.push(readiness),
    report: (outcome) => reports.push(outcome),
  });
  const script: Facebook = { login: (_, answer) => windows.push(answer) };
  return {
    ...signup,
    clock,
    windows,
    readinesses,
    reports,
    load: (isThere: boolean) => handles.load?.(isThere ? script : null),
    say: (data: unknown) => handles.say?.(data),
  };
}

it("opens no window before Meta's script is there", () => {
  const { launch, load, windows } = prepared();
  launch(false);
  expect(windows).toHaveLength(0);
  load(true);
  launch(false);
  expect(windows).toHaveLength(1);
});

it("a script that comes late still comes", () => {
  const { load, readinesses } = prepared();
  load(false);
  load(true);
  expect(readinesses).toEqual(["missing", "ready"]);
});

it("a double click opens one window, a later click another", () => {
  const { launch, load, clock, windows } = prepared();
  load(true);
  launch(false);
  clock.pass(999);
  launch(false);
  expect(windows).toHaveLength(1);
  clock.pass(1);
  launch(false);
  expect(windows).toHaveLength(2);
});

it("after a blocked window the next click counts at once", () => {
  const { launch, load, windows, reports } = prepared();
  load(true);
  launch(false);
  windows[0]?.(null);
  expect(reports).toEqual([{ kind: "blocked" }]);
  launch(false);
  expect(windows).toHaveLength(2);
});

it("the first window, closed after the person started again, ends nothing", () => {
  const { launch, load, clock, windows, reports } = prepared();
  load(true);
  launch(false);
  clock.pass(5_000);
  launch(false);
  windows[0]?.(null);
  expect(reports).toEqual([]);
});

it("a person who started again may finish in the first window", () => {
  const { launch, load, say, clock, windows, reports } = prepared();
  load(true);
  launch(false);
  clock.pass(5_000);
  launch(false);
  say(finish);
  windows[0]?.("AQB1");
  windows[1]?.(null);
  expect(reports).toMatchObject([{ kind: "finished", result: { code: "AQB1", wabaId: "1" } }]);
});

it("what Meta says without a window being asked for is not heard", () => {
  const { load, say, reports } = prepared();
  load(true);
  say(finish);
  expect(reports).toEqual([]);
});
