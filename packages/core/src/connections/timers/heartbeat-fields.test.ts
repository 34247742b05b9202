import { describe, expect, it } from "vitest";
import { DUE_SOON_LEAD_MS, type Heartbeat, heartbeatFields } from "./heartbeat-fields.ts";

const CONFIRMED_AT = Date.parse("2026-05-01T10:30:00.999Z");
const DAY_MS = 24 * 60 * 60 * 1000;

const heartbeat: Heartbeat = {
  connectionMode: "coexistence",
  heartbeatLastConfirmedAt: CONFIRMED_AT,
  heartbeatReminderSentAt: null,
};

const show = (fields: Partial<Heartbeat> = {}, afterMs = 0, dueSoonLeadMs = DUE_SOON_LEAD_MS) =>
  heartbeatFields({ ...heartbeat, ...fields }, { now: CONFIRMED_AT + afterMs, dueSoonLeadMs });

const NONE = {
  heartbeatStatus: null,
  heartbeatLastConfirmedAt: null,
  heartbeatNextDueAt: null,
  heartbeatReminderSentAt: null,
};

describe("a heartbeat", () => {
  it("is due 13 days after it was confirmed, to the whole second", () => {
    expect(show()).toEqual({
      heartbeatStatus: "OK",
      heartbeatLastConfirmedAt: "2026-05-01T10:30:00Z",
      heartbeatNextDueAt: "2026-05-14T10:30:00Z",
      heartbeatReminderSentAt: null,
    });
  });

  it.each([
    ["OK", 0],
    ["OK", 10 * DAY_MS - 1],
    ["DUE_SOON", 10 * DAY_MS],
    ["DUE_SOON", 13 * DAY_MS - 1],
    ["OVERDUE", 13 * DAY_MS],
    ["OVERDUE", 400 * DAY_MS],
    ["OK", -60 * 60 * 1000],
  ])("is %s %i ms after it was confirmed", (heartbeatStatus, afterMs) => {
    expect(show({}, afterMs)).toMatchObject({ heartbeatStatus });
  });

  it("is due soon as early as the host says", () => {
    expect(show({}, 12 * DAY_MS - 1, DAY_MS)).toMatchObject({ heartbeatStatus: "OK" });
    expect(show({}, 12 * DAY_MS, DAY_MS)).toMatchObject({ heartbeatStatus: "DUE_SOON" });
  });

  it("shows when a reminder was sent", () => {
    const shown = show({ heartbeatReminderSentAt: CONFIRMED_AT + 10 * DAY_MS });
    expect(shown.heartbeatReminderSentAt).toBe("2026-05-11T10:30:00Z");
  });

  it("applies to a number whose mode is unknown", () => {
    expect(show({ connectionMode: "unknown" })).toEqual(show());
  });

  it("does not apply to a number of the Cloud API alone, whatever is left in its record", () => {
    const left = { heartbeatReminderSentAt: CONFIRMED_AT };
    expect(show({ connectionMode: "cloud_api", ...left })).toEqual(NONE);
  });
});
