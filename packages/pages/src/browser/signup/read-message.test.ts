import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { type MetaMessage, readMessage } from "./read-message.ts";

const sample = (name: string) =>
  readFileSync(new URL(`../../../fixtures/${name}.json`, import.meta.url), "utf8");

const WABA = { wabaId: "104996122399160" };
const NUMBER = { phoneNumberId: "110200345501442" };

const READINGS: Readonly<Record<string, MetaMessage>> = {
  finish: { kind: "finish", ...WABA, ...NUMBER, coexistence: false },
  finish_v4_all_assets: { kind: "finish", ...WABA, ...NUMBER, coexistence: false },
  finish_only_waba: { kind: "finish", ...WABA, ...NUMBER, coexistence: false },
  finish_obo_migration: { kind: "finish", ...WABA, ...NUMBER, coexistence: false },
  finish_grant_only_api_access: { kind: "finish", ...WABA, ...NUMBER, coexistence: false },
  finish_whatsapp_business_app_onboarding: {
    kind: "finish",
    ...WABA,
    phoneNumberId: null,
    coexistence: true,
  },
  cancel_abandoned: {
    kind: "stop",
    event: "CANCEL",
    details: { currentStep: "PHONE_NUMBER_SETUP" },
  },
  cancel_reported_error: {
    kind: "stop",
    event: "CANCEL",
    details: {
      errorCode: "524126",
      errorMessage:
        "Your verified name violates WhatsApp guidelines. Please edit your verified name and try again.",
      metaSessionId: "f34b51dab5e0498",
    },
  },
  error: {
    kind: "stop",
    event: "ERROR",
    details: {
      errorCode: "524126",
      errorMessage: "Something went wrong",
      metaSessionId: "f34b51dab5e0499",
    },
  },
};

it.each(Object.entries(READINGS))(
  "%s is read alike from a string and from an object",
  (name, expected) => {
    expect(readMessage(sample(name))).toEqual(expected);
    expect(readMessage(JSON.parse(sample(name)))).toEqual(expected);
  },
);

it("a finish that Meta adds one day is a finish", () => {
  const message = { type: "WA_EMBEDDED_SIGNUP", event: "FINISH_SOMETHING_NEW", data: {} };
  expect(readMessage(message)).toMatchObject({ kind: "finish", wabaId: null });
});

it.each([
  ["a message of Meta's script to itself", "cb=f1a2&domain=example.com&relation=opener"],
  ["JSON that is no object", "17"],
  ["null in JSON", "null"],
  ["a broken string", '{"type":"WA_EMBEDDED_SIGNUP","event":"FINISH"'],
  ["another type", { type: "FB_OTHER", event: "FINISH", data: {} }],
  ["no type", { event: "FINISH", data: { waba_id: "1" } }],
  ["an event of the wrong type", { type: "WA_EMBEDDED_SIGNUP", event: ["FINISH"], data: {} }],
  ["an event that is none", { type: "WA_EMBEDDED_SIGNUP", event: "FINISHED", data: {} }],
  ["a step on the way", { type: "WA_EMBEDDED_SIGNUP", event: "STEP", data: {} }],
  ["nothing", undefined],
  ["null", null],
  ["a number", 4],
  ["a list", [["type", "WA_EMBEDDED_SIGNUP"]]],
])("ignored: %s", (_, data) => {
  expect(readMessage(data)).toBeNull();
});

it.each([
  ["a number", 104996122399160],
  ["words", "abc"],
  ["a path", "1049/../me"],
  ["digits with a line break", "104\n"],
  ["an empty string", ""],
  ["a list", ["104996122399160"]],
  ["far too many digits", "1".repeat(33)],
])("an id that is %s is no id", (_, id) => {
  const data = { waba_id: id, phone_number_id: id };
  expect(readMessage({ type: "WA_EMBEDDED_SIGNUP", event: "FINISH", data })).toEqual({
    kind: "finish",
    wabaId: null,
    phoneNumberId: null,
    coexistence: false,
  });
});

it("a finish without data is a finish without ids", () => {
  expect(readMessage({ type: "WA_EMBEDDED_SIGNUP", event: "FINISH" })).toMatchObject({
    kind: "finish",
    wabaId: null,
  });
});

it("details of the wrong type are left out, numbers are written, long ones are cut", () => {
  const data = {
    current_step: {},
    error_code: 524126,
    error_message: "x".repeat(900),
    session_id: "",
  };
  const message = readMessage({ type: "WA_EMBEDDED_SIGNUP", event: "ERROR", data });
  expect(message).toEqual({
    kind: "stop",
    event: "ERROR",
    details: { errorCode: "524126", errorMessage: "x".repeat(500) },
  });
});
