import { expect, test } from "vitest";
import { readMessage } from "./page-message.ts";

const VALUE = { wabaId: "1000", phoneId: "1001", code: "AQx", coexistence: false };
const DONE = { source: "wabakit", type: "result", value: VALUE };

test("understands what the hub's page says, and drops what it adds", () => {
  const more = { ...VALUE, more: "of a newer hub" };
  expect(readMessage({ ...DONE, value: more })).toEqual({ type: "result", value: VALUE });
  expect(readMessage({ source: "wabakit", type: "ready" })).toEqual({ type: "ready" });
  const error = { type: "error", reason: "cancelled", message: "Cancelled." };
  expect(readMessage({ source: "wabakit", ...error })).toEqual(error);
});

test("takes ids that nobody knows as null, and an error without words", () => {
  const value = { ...VALUE, wabaId: null, phoneId: null };
  expect(readMessage({ ...DONE, value })).toEqual({ type: "result", value });
  const error = { type: "error", reason: "cancelled", message: "" };
  expect(readMessage({ source: "wabakit", ...error, message: 7 })).toEqual(error);
});

test.each([
  ["nothing", null],
  ["a number", 7],
  ["text", JSON.stringify(DONE)],
  ["somebody else's", { ...DONE, source: "other" }],
  ["no type", { source: "wabakit" }],
  ["no value", { ...DONE, value: undefined }],
  ["no code", { ...DONE, value: { ...VALUE, code: "" } }],
  ["a number for an id", { ...DONE, value: { ...VALUE, wabaId: 1000 } }],
  ["no phone id", { ...DONE, value: { ...VALUE, phoneId: undefined } }],
  ["coexistence as text", { ...DONE, value: { ...VALUE, coexistence: "false" } }],
])("takes nothing for a message that is none: %s", (_, data) => {
  expect(readMessage(data)).toBeUndefined();
});
