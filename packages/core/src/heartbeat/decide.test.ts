import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HEARTBEAT_PERIOD_MS, heartbeatDueAt } from "../connections/timers/heartbeat-fields.ts";
import type { ConnectedNumber } from "../connections/waba.ts";
import { decide, type Told } from "./decide.ts";

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const LEAD_MS = 3 * DAY_MS;
const CONFIRMED_AT = Date.parse("2026-05-01T10:30:00.000Z");

type Fields = Partial<ConnectedNumber>;

// Only what a heartbeat is made of matters here.
const numberOf = (fields: Fields = {}) =>
  ({
    connectionMode: "coexistence",
    heartbeatLastConfirmedAt: CONFIRMED_AT,
    heartbeatAnnounced: null,
    heartbeatReminderSentAt: null,
    ...fields,
  }) as ConnectedNumber;

function at(afterMs: number, fields: Fields = {}) {
  const moment = { now: CONFIRMED_AT + afterMs, dueSoonLeadMs: LEAD_MS };
  const decision = decide(numberOf(fields), moment);
  if (!decision) throw new Error("A heartbeat was expected.");
  return { ...decision, nextAfterMs: decision.nextAt - CONFIRMED_AT };
}

describe("a heartbeat", () => {
  it("has nothing to tell before it is due soon, and is looked at then", () => {
    const decision = at(4 * DAY_MS);
    expect(decision).toMatchObject({ told: [], nextAfterMs: 10 * DAY_MS });
    expect(decision.number).toEqual(numberOf());
  });

  it("tells that it is due soon, together with the first reminder", () => {
    const { told, number, nextAfterMs } = at(10 * DAY_MS);
    expect(told).toEqual(["due_soon", "reminder"]);
    expect(number).toMatchObject({
      heartbeatAnnounced: "due_soon",
      heartbeatReminderSentAt: CONFIRMED_AT + 10 * DAY_MS,
    });
    expect(nextAfterMs).toBe(11 * DAY_MS);
  });

  it("is looked at when it is due, also where that is before the next reminder", () => {
    const reminded = CONFIRMED_AT + 12 * DAY_MS + HOUR_MS;
    const told = { heartbeatAnnounced: "due_soon", heartbeatReminderSentAt: reminded } as const;
    expect(at(12 * DAY_MS + HOUR_MS, told)).toMatchObject({ told: [], nextAfterMs: 13 * DAY_MS });
    const overdue = at(13 * DAY_MS, told);
    expect(overdue.told).toEqual(["overdue"]);
    expect(overdue.nextAfterMs).toBe(13 * DAY_MS + HOUR_MS);
  });

  it("tells only that it is overdue when it slept through due soon", () => {
    expect(at(20 * DAY_MS).told).toEqual(["overdue", "reminder"]);
  });

  it("goes on reminding while it is overdue, every 24 hours", () => {
    const reminded = CONFIRMED_AT + 20 * DAY_MS;
    const told = { heartbeatAnnounced: "overdue", heartbeatReminderSentAt: reminded } as const;
    expect(at(21 * DAY_MS - 1, told)).toMatchObject({ told: [], nextAfterMs: 21 * DAY_MS });
    expect(at(21 * DAY_MS, told)).toMatchObject({ told: ["reminder"], nextAfterMs: 22 * DAY_MS });
  });

  it("does not apply to a number of the Cloud API alone", () => {
    const moment = { now: CONFIRMED_AT, dueSoonLeadMs: LEAD_MS };
    expect(decide(numberOf({ connectionMode: "cloud_api" }), moment)).toBeUndefined();
  });
});

describe("whatever the clock does", () => {
  it("each state is told once, reminders keep their distance, and the next look lies ahead", () => {
    const looks = fc.array(fc.integer({ min: 0, max: 20 * 24 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(looks, fc.integer({ min: -1, max: 1 }), (hours, stepHours) => {
        const sorted = hours.toSorted((a, b) => a - b);
        const told: Told[] = [];
        const reminders: number[] = [];
        let number = numberOf();
        for (const [index, hour] of sorted.entries()) {
          // Half way the clock is set an hour forth or back.
          const step = index > sorted.length / 2 ? stepHours * HOUR_MS : 0;
          const now = CONFIRMED_AT + hour * HOUR_MS + step;
          const decision = decide(number, { now, dueSoonLeadMs: LEAD_MS });
          if (!decision) throw new Error("A heartbeat was expected.");
          told.push(...decision.told);
          if (decision.told.includes("reminder")) reminders.push(now);
          number = decision.number;
          expect(decision.nextAt).toBeGreaterThan(now);
          const dueAt = heartbeatDueAt(number) ?? 0;
          expect(dueAt).toBe(CONFIRMED_AT + HEARTBEAT_PERIOD_MS);
        }
        expect(told.filter((one) => one === "due_soon").length).toBeLessThanOrEqual(1);
        expect(told.filter((one) => one === "overdue").length).toBeLessThanOrEqual(1);
        for (const [index, sent] of reminders.entries()) {
          const before = reminders[index - 1];
          if (before !== undefined) expect(sent - before).toBeGreaterThanOrEqual(DAY_MS);
        }
      }),
    );
  });
});
