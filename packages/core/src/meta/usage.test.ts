import { expect, it } from "vitest";
import { readUsage } from "./usage.ts";

const load = { call_count: 28, total_time: 25, total_cputime: 26 };

it("reads the load of the app", () => {
  expect(readUsage({ "x-app-usage": JSON.stringify(load) })).toEqual({
    app: { callsPercent: 28, timePercent: 25, cpuTimePercent: 26 },
    accounts: [],
  });
});

it("reads the load on every account's quotas, with the minutes until calls pass again", () => {
  const row = { type: "whatsapp", ...load, estimated_time_to_regain_access: 7 };
  const header = JSON.stringify({ "104996122399160": [row, { ...row, type: "other" }] });
  expect(readUsage({ "x-business-use-case-usage": header })).toEqual({
    app: null,
    accounts: ["whatsapp", "other"].map((type) => ({
      accountId: "104996122399160",
      type,
      callsPercent: 28,
      timePercent: 25,
      cpuTimePercent: 26,
      regainAccessMinutes: 7,
    })),
  });
});

it("counts a number that is missing as nothing spent", () => {
  const header = '{"1":[{"type":"whatsapp"}]}';
  expect(readUsage({ "x-business-use-case-usage": header })?.accounts).toMatchObject([
    { callsPercent: 0, regainAccessMinutes: 0 },
  ]);
});

it.each([
  ["there is no header", undefined],
  ["the header is not JSON", "28%"],
  ["the header is no object", "[28]"],
  ["the header came twice", ['{"call_count":1}', '{"call_count":2}']],
])("tells nothing when %s", (_, header) => {
  expect(readUsage({ "x-app-usage": header })).toBeUndefined();
});
