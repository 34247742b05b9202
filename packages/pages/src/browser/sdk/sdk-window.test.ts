import { expect, it, vi } from "vitest";
import { type AskHub, Refusal, type RefusalReason } from "../ask-hub.ts";
import { sampleView } from "../onboard/sample-view.ts";
import type { SignupActions } from "../signup/signup-state.ts";
import { standingClock } from "../standing-clock.ts";
import type { SdkView } from "../view.ts";
import { screenOfSdk } from "./screen-of-sdk.ts";
import type { SdkMessage } from "./sdk-message.ts";
import { type SdkState, sdkWindow } from "./sdk-window.ts";

const invitation = { publicKey: "pk_1", origin: "https://app.example.com", sessionId: "sess_1" };
const FINISH = { type: "WA_EMBEDDED_SIGNUP", event: "FINISH", data: { waba_id: "1" } };
const ERROR = {
  type: "WA_EMBEDDED_SIGNUP",
  event: "ERROR",
  data: { error_message: "Something went wrong" },
};

interface Stage {
  readonly answer?: Partial<SdkView> | RefusalReason;
  readonly invitation?: typeof invitation | null;
  readonly hasOpener?: boolean;
  readonly hasScript?: boolean;
}

function staged({ answer = {}, hasOpener = true, hasScript = true, ...given }: Stage = {}) {
  const clock = standingClock();
  const posted: SdkMessage[] = [];
  const asked: unknown[] = [];
  const windows: ((code: string | null) => void)[] = [];
  const shown: [SdkState, SignupActions][] = [];
  let say: (data: unknown) => void = () => {};
  const close = vi.fn();
  const ask: AskHub = async (path, body) => {
    asked.push([path, body]);
    if (typeof answer === "string") throw new Refusal(answer);
    // Only `sdk/open` is ever asked here.
    return { ...sampleView, ...answer } as never;
  };
  sdkWindow({
    ask,
    clock,
    close,
    invitation: given.invitation === undefined ? invitation : given.invitation,
    post: hasOpener ? (message) => posted.push(message) : null,
    meta: {
      load: (_, take) => take(hasScript ? { login: (_, reply) => windows.push(reply) } : null),
      hear: (_, take) => {
        say = take;
      },
    },
    show: (...turn) => shown.push(turn),
  });
  const screen = () => {
    const [state] = shown.at(-1) ?? [];
    return state && screenOfSdk(state);
  };
  const act = (name: "launch" | "cancel" | "reopen") => shown.at(-1)?.[1][name]();
  return { act, asked, clock, close, posted, screen, say: (data: unknown) => say(data), windows };
}

const reaches = (stage: { screen: () => unknown }, screen: string) =>
  vi.waitFor(() => expect(stage.screen()).toBe(screen));

it("says that it is there, and asks the hub whether it may be", async () => {
  const stage = staged();
  await reaches(stage, "welcome");
  expect(stage.posted).toEqual([{ type: "ready" }]);
  expect(stage.asked).toEqual([["sdk/open", invitation]]);
});

it("hands the result to the page that opened it, once, and closes", async () => {
  const stage = staged({ answer: { coexistence: "off" } });
  await reaches(stage, "welcome");
  stage.act("launch");
  expect(stage.screen()).toBe("waiting");
  stage.windows[0]?.("AQB1");
  stage.say(FINISH);
  stage.act("cancel");
  const value = { code: "AQB1", wabaId: "1", phoneId: null, coexistence: false };
  expect(stage.posted).toEqual([{ type: "ready" }, { type: "result", value }]);
  expect(stage.close).toHaveBeenCalledOnce();
  expect(stage.screen()).toBe("sent");
});

it.each([
  ["forbidden", "origin_not_allowed"],
  ["missing", "unknown_key"],
  ["closed", "session_closed"],
] as const)("a hub that refuses with %s is told as %s", async (answer, reason) => {
  const stage = staged({ answer });
  await reaches(stage, "sent");
  expect(stage.posted.at(-1)).toMatchObject({ type: "error", reason });
  expect(stage.close).toHaveBeenCalledOnce();
});

it("a hub that does not answer may be asked again; giving up is told as unavailable", async () => {
  const stage = staged({ answer: "unavailable" });
  await reaches(stage, "unavailable");
  stage.act("reopen");
  await vi.waitFor(() => expect(stage.asked).toHaveLength(2));
  await reaches(stage, "unavailable");
  stage.act("cancel");
  expect(stage.posted.at(-1)).toMatchObject({ type: "error", reason: "unavailable" });
});

it("who leaves Meta's window may try again, or cancel, which is told", async () => {
  const stage = staged();
  await reaches(stage, "welcome");
  stage.act("launch");
  stage.clock.pass(9_000);
  stage.windows[0]?.(null);
  expect(stage.screen()).toBe("left");
  expect(stage.close).not.toHaveBeenCalled();
  stage.act("cancel");
  expect(stage.posted.at(-1)).toMatchObject({ type: "error", reason: "cancelled" });
  expect(stage.close).toHaveBeenCalledOnce();
});

it("giving up after an error of Meta's is told as one, with its words", async () => {
  const stage = staged();
  await reaches(stage, "welcome");
  stage.act("launch");
  stage.say(ERROR);
  expect(stage.screen()).toBe("metaFailed");
  stage.act("cancel");
  expect(stage.posted.at(-1)).toEqual({
    type: "error",
    reason: "meta_error",
    message: "Something went wrong in Meta's window. Something went wrong",
  });
});

it("giving up because Meta's script is missing is told as unavailable", async () => {
  const stage = staged({ hasScript: false });
  await reaches(stage, "welcome");
  stage.act("cancel");
  expect(stage.posted.at(-1)).toMatchObject({ reason: "unavailable" });
});

it("without an opener there is nobody to work for", () => {
  const stage = staged({ hasOpener: false });
  expect(stage.screen()).toBe("noOpener");
  expect(stage.asked).toEqual([]);
});

it("without a proper invitation nobody is told anything", () => {
  const stage = staged({ invitation: null });
  expect(stage.screen()).toBe("missing");
  expect(stage.posted).toEqual([]);
  expect(stage.asked).toEqual([]);
});
