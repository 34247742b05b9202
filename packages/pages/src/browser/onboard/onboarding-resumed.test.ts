import { expect, it, vi } from "vitest";
import { type Answer, stagedOnboarding } from "./staged-onboarding.ts";

const opened = async (answers: Record<string, Answer>) => {
  const stage = stagedOnboarding(answers, { sessionId: "sess_1" });
  await vi.waitFor(() => expect(stage.state().busy).toBeNull());
  return stage;
};

const PIN_NEEDED = { status: "failed", errorCategory: "pin_required", retry: "pin" } as const;

it("an address that says nothing asks nothing", () => {
  const stage = stagedOnboarding({}, null);
  expect(stage.screen()).toBe("missing");
  expect(stage.log).toEqual([]);
});

it("back from Meta in the same window, the session is asked for, and not started again", async () => {
  const stage = await opened({ "onboard/open": { status: "started" } });
  expect(stage.asked("onboard/open")).toEqual([{ sessionId: "sess_1" }]);
  stage.actions.launch();
  expect(stage.asked("onboard/start")).toEqual([]);
});

it("watches what goes on without it every 2 s, until it is over", async () => {
  const stage = await opened({ "onboard/open": { status: "exchanging" } });
  expect(stage.screen()).toBe("working");
  stage.answers["onboard/open"] = { status: "subscribing" };
  stage.clock.pass(1_999);
  expect(stage.asked("onboard/open")).toHaveLength(1);
  stage.clock.pass(1);
  await vi.waitFor(() => expect(stage.state().view?.status).toBe("subscribing"));
  stage.answers["onboard/open"] = { status: "completed" };
  stage.clock.pass(2_000);
  await vi.waitFor(() => expect(stage.screen()).toBe("completed"));
  stage.clock.pass(60_000);
  expect(stage.asked("onboard/open")).toHaveLength(3);
});

it("a hub that is away for some seconds while it watches goes unnoticed, a longer absence does not", async () => {
  const stage = await opened({ "onboard/open": { status: "exchanging" } });
  stage.answers["onboard/open"] = "unavailable";
  for (let asked = 2; asked <= 7; asked += 1) {
    expect(stage.screen()).toBe("working");
    stage.clock.pass(2_000);
    await vi.waitFor(() => expect(stage.asked("onboard/open")).toHaveLength(asked));
    await new Promise(setImmediate);
  }
  expect(stage.screen()).toBe("unavailable");
  stage.answers["onboard/open"] = { status: "completed" };
  stage.actions.reopen();
  await vi.waitFor(() => expect(stage.screen()).toBe("completed"));
});

it("a PIN of the wrong shape is not sent, spaces in one do not matter", async () => {
  const stage = await opened({ "onboard/open": PIN_NEEDED, "onboard/resume": PIN_NEEDED });
  for (const pin of ["", "12345", "1234567", "12a456", "١٢٣٤٥٦"]) {
    stage.actions.enterPin(pin);
    expect(stage.state().problem, pin).toBe("pinShape");
  }
  expect(stage.asked("onboard/resume")).toEqual([]);
  stage.actions.enterPin(" 123 456 ");
  await vi.waitFor(() => expect(stage.state().problem).toBe("pinWrong"));
  expect(stage.asked("onboard/resume")).toEqual([{ sessionId: "sess_1", pin: "123456" }]);
  expect(stage.screen()).toBe("pin");
});

it("a number has to be chosen before it is connected", async () => {
  const stage = await opened({
    "onboard/open": { status: "choose_number" },
    "onboard/resume": { status: "completed" },
  });
  stage.actions.chooseNumber(null);
  expect(stage.state().problem).toBe("chooseFirst");
  stage.actions.chooseNumber("110200345501442");
  expect(stage.screen()).toBe("working");
  await vi.waitFor(() => expect(stage.screen()).toBe("completed"));
  expect(stage.asked("onboard/resume")).toEqual([
    { sessionId: "sess_1", phoneNumberId: "110200345501442" },
  ]);
});

it("a step that failed for the moment is taken again without Meta's window", async () => {
  const failed = { status: "failed", errorCategory: "meta_unavailable", retry: "resume" } as const;
  const stage = await opened({ "onboard/open": failed, "onboard/resume": { status: "completed" } });
  stage.actions.resume();
  await vi.waitFor(() => expect(stage.screen()).toBe("completed"));
  expect(stage.asked("onboard/resume")).toEqual([{ sessionId: "sess_1" }]);
});

it("a cancel counts, and Meta's late answer no more", async () => {
  const stage = await opened({
    "onboard/open": { status: "started" },
    "onboard/cancel": { status: "cancelled" },
  });
  stage.actions.launch();
  stage.actions.cancel();
  await vi.waitFor(() => expect(stage.screen()).toBe("cancelled"));
  stage.answerLogin("AQB1");
  stage.clock.pass(5_000);
  expect(stage.asked("onboard/finish")).toEqual([]);
  expect(stage.screen()).toBe("cancelled");
});

it("what came too late shows what has become of the session", async () => {
  const stage = await opened({
    "onboard/open": { status: "choose_number" },
    "onboard/resume": "closed",
    "onboard/redirect": "closed",
  });
  stage.answers["onboard/open"] = { status: "expired" };
  stage.actions.chooseNumber("110200345501442");
  await vi.waitFor(() => expect(stage.screen()).toBe("expired"));

  stage.answers["onboard/open"] = { status: "cancelled" };
  stage.actions.goHere?.();
  await vi.waitFor(() => expect(stage.screen()).toBe("cancelled"));
});

it("a renewed link of a session that failed is claimed by the first click as well", async () => {
  const failed = { status: "failed", errorCategory: "code_expired", retry: "signup" } as const;
  const stage = stagedOnboarding({ "onboard/open": failed, "onboard/start": failed });
  await vi.waitFor(() => expect(stage.screen()).toBe("failed"));
  stage.actions.launch();
  expect(stage.asked("onboard/start")).toEqual([{ link: "token" }]);
});

it.each([
  ["missing", "missing"],
  ["closed", "elsewhere"],
  ["unavailable", "unavailable"],
] as const)("a hub that refuses with %s is shown as %s", async (refusal, screen) => {
  const stage = await opened({ "onboard/open": refusal });
  expect(stage.screen()).toBe(screen);
});
