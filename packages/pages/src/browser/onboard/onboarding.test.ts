import { expect, it, vi } from "vitest";
import type { View } from "../view.ts";
import { type Answer, stagedOnboarding } from "./staged-onboarding.ts";

const FINISH = {
  type: "WA_EMBEDDED_SIGNUP",
  event: "FINISH",
  data: { waba_id: "104996122399160", phone_number_id: "110200345501442" },
};
const CANCEL = {
  type: "WA_EMBEDDED_SIGNUP",
  event: "CANCEL",
  data: { current_step: "PHONE_NUMBER_SETUP" },
};
const COMPLETED: Partial<View> = {
  status: "completed",
  connection: { displayPhoneNumber: "+34 600 123 456", verifiedName: "Sol", status: "active" },
};
const HAPPY = {
  "onboard/open": {},
  "onboard/start": { status: "started" },
  "onboard/finish": COMPLETED,
  "onboard/signal": { status: "started" },
} as const satisfies Record<string, Answer>;

const opened = async (answers: Record<string, Answer>) => {
  const stage = stagedOnboarding({ ...HAPPY, ...answers });
  await vi.waitFor(() => expect(stage.state().busy).toBeNull());
  return stage;
};

const reaches = (stage: { screen: () => string }, screen: string) =>
  vi.waitFor(() => expect(stage.screen()).toBe(screen));

it("opening the link looks, and nothing more", async () => {
  const { log, screen } = await opened({});
  expect(log).toEqual([["onboard/open", { link: "token" }]]);
  expect(screen()).toBe("welcome");
});

it("opens Meta's window in the click itself, before it asks the hub for anything", async () => {
  const { actions, log, screen } = await opened({});
  actions.launch();
  expect(log.slice(1).map(([name]) => name)).toEqual(["login", "onboard/start"]);
  expect(screen()).toBe("waiting");
});

it("finishes with the code and the ids, once the session is this browser's", async () => {
  const gate = Promise.withResolvers<object>();
  const stage = await opened({ "onboard/start": gate.promise });
  stage.actions.choose(false);
  stage.actions.launch();
  stage.say(JSON.stringify(FINISH));
  stage.answerLogin("AQB1");
  expect(stage.screen()).toBe("working");
  await Promise.resolve();
  expect(stage.asked("onboard/finish")).toEqual([]);

  gate.resolve({ status: "started" });
  await reaches(stage, "completed");
  expect(stage.asked("onboard/finish")).toEqual([
    {
      sessionId: "sess_1",
      code: "AQB1",
      wabaId: "104996122399160",
      phoneNumberId: "110200345501442",
      coexistence: false,
    },
  ]);
  expect(stage.asked("onboard/start")).toEqual([{ link: "token" }]);
});

it("finishes with the code alone after 3 s, and names no ids then", async () => {
  const stage = await opened({ "onboard/open": { coexistence: "require" } });
  stage.actions.launch();
  stage.answerLogin("AQB1");
  expect(stage.screen()).toBe("waiting");
  stage.clock.pass(3_000);
  await reaches(stage, "completed");
  expect(stage.asked("onboard/finish")).toEqual([
    { sessionId: "sess_1", code: "AQB1", coexistence: true },
  ]);
});

it("a start that got lost is made up for when it matters", async () => {
  const stage = await opened({ "onboard/start": "unavailable" });
  stage.actions.launch();
  await vi.waitFor(() => expect(stage.asked("onboard/start")).toHaveLength(1));
  expect(stage.screen()).toBe("waiting");
  stage.answers["onboard/start"] = { status: "started" };
  stage.say(FINISH);
  stage.answerLogin("AQB1");
  await reaches(stage, "completed");
  expect(stage.asked("onboard/start")).toHaveLength(2);
});

it("a link that another browser was faster with is told at once", async () => {
  const stage = await opened({ "onboard/start": "closed" });
  stage.answers["onboard/open"] = "closed";
  stage.actions.launch();
  await reaches(stage, "elsewhere");
  stage.say(FINISH);
  stage.answerLogin("AQB1");
  expect(stage.asked("onboard/finish")).toEqual([]);
});

it("signals that come again after the finish change nothing", async () => {
  const stage = await opened({});
  stage.actions.launch();
  stage.say(FINISH);
  stage.answerLogin("AQB1");
  stage.answerLogin("AQB1");
  stage.say(CANCEL);
  await reaches(stage, "completed");
  stage.say(FINISH);
  stage.answerLogin("AQB2");
  stage.clock.pass(10_000);
  expect(stage.asked("onboard/finish")).toHaveLength(1);
  expect(stage.asked("onboard/signal")).toEqual([]);
  expect(stage.screen()).toBe("completed");
});

it("who leaves Meta's window may try again, and the operator learns where", async () => {
  const stage = await opened({});
  stage.actions.launch();
  stage.clock.pass(20_000);
  stage.say(CANCEL);
  stage.answerLogin(null);
  expect(stage.screen()).toBe("left");
  await vi.waitFor(() => expect(stage.asked("onboard/signal")).toHaveLength(1));
  expect(stage.asked("onboard/signal")).toEqual([
    { sessionId: "sess_1", event: "CANCEL", currentStep: "PHONE_NUMBER_SETUP" },
  ]);
  stage.actions.launch();
  expect(stage.screen()).toBe("waiting");
  expect(stage.asked("onboard/start")).toHaveLength(1);
});

it("a blocked window is told from one that was closed, to the operator too", async () => {
  const stage = await opened({ "onboard/signal": "unavailable" });
  stage.actions.launch();
  stage.answerLogin(null);
  expect(stage.screen()).toBe("blocked");
  await vi.waitFor(() => expect(stage.asked("onboard/signal")).toHaveLength(1));
  expect(stage.asked("onboard/signal")).toEqual([{ sessionId: "sess_1", event: "POPUP_BLOCKED" }]);
  expect(stage.screen()).toBe("blocked");
});

it("does without Meta's window where a person asks for it", async () => {
  const stage = await opened({ "onboard/redirect": { url: "https://www.facebook.com/v25.0/x" } });
  stage.actions.choose(false);
  stage.actions.goHere?.();
  await vi.waitFor(() => expect(stage.left).toEqual(["https://www.facebook.com/v25.0/x"]));
  expect(stage.asked("onboard/redirect")).toEqual([{ sessionId: "sess_1", coexistence: false }]);
  expect(stage.asked("onboard/start")).toHaveLength(1);
});

it("is led nowhere that is no web address", async () => {
  const evil = { url: "javascript:alert(1)", afterMs: 0 };
  const stage = await opened({
    "onboard/open": { ...COMPLETED, redirect: evil },
    "onboard/redirect": { url: evil.url },
  });
  stage.clock.pass(1_000);
  stage.actions.goHere?.();
  await reaches(stage, "unavailable");
  expect(stage.left).toEqual([]);
});

it("an outcome leads on by itself when its time has come, and only then", async () => {
  const redirect = { url: "https://app.example.com/done", afterMs: 3_000 };
  const stage = await opened({ "onboard/open": { ...COMPLETED, redirect } });
  stage.clock.pass(2_999);
  expect(stage.left).toEqual([]);
  stage.clock.pass(1);
  expect(stage.left).toEqual(["https://app.example.com/done"]);

  const button = { ...redirect, afterMs: null };
  const other = await opened({ "onboard/open": { ...COMPLETED, redirect: button } });
  other.clock.pass(60_000);
  expect(other.left).toEqual([]);
});

it.each(["launch", "choose"] as const)(
  "whoever tries again is not taken away: %s",
  async (name) => {
    const redirect = { url: "https://app.example.com/failed", afterMs: 3_000 };
    const failed = { status: "failed", errorCategory: "code_expired", retry: "signup" } as const;
    const stage = await opened({ "onboard/open": { ...failed, redirect } });
    stage.actions[name](true);
    stage.clock.pass(60_000);
    expect(stage.left).toEqual([]);
  },
);
