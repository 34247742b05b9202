import { describe, expect, it } from "vitest";
import type { EgressAnswer, ErrorClass } from "../egress/answer.ts";
import type { EgressRequest } from "../egress/send.ts";
import { attempt } from "./attempt.ts";
import { DEFAULT_SCHEDULE_MS } from "./schedule.ts";

const NOW = Date.parse("2026-11-21T10:00:00.700Z");
const MINUTE_MS = 60_000;
const url = "https://hooks.example.com/x";

/** What is sent is of no interest here, but the time it is written for is. */
function compose(now: number) {
  return { headers: { "webhook-timestamp": String(now) }, body: Buffer.from("é") };
}

function answered(status: number, retryAfter?: string): EgressAnswer {
  const headers = retryAfter === undefined ? {} : { retryAfter };
  return { outcome: "answered", status, headers, excerpt: "words", durationMs: 12.6 };
}

function failed(errorClass: ErrorClass): EgressAnswer {
  return { outcome: "failed", errorClass, message: "No luck.", durationMs: 3 };
}

/** Attempts once, `number` counted from 1, in the middle of the jitter. */
async function attemptOnce(answer: EgressAnswer, number = 1, canEnd = true) {
  const sent: EgressRequest[] = [];
  const egress = {
    send: async (request: EgressRequest) => {
      sent.push(request);
      return answer;
    },
    close: async () => {},
  };
  const clock = { now: () => NOW, schedule: () => () => {} };
  const parts = { egress, clock, random: () => 0.5, scheduleMs: DEFAULT_SCHEDULE_MS };
  const verdict = await attempt(parts, { url, canEnd }, { compose, number });
  return { verdict, request: sent[0], sent };
}

describe("an attempt", () => {
  it("posts what is written for that moment, once", async () => {
    const { sent, request } = await attemptOnce(answered(200));
    expect(sent).toHaveLength(1);
    expect(request).toEqual({ url, method: "POST", ...compose(NOW) });
  });

  it("is recorded with its time, duration, status and words", async () => {
    const { verdict } = await attemptOnce(answered(204));
    expect(verdict.attempt).toEqual({
      at: "2026-11-21T10:00:00.700Z",
      durationMs: 13,
      httpStatus: 204,
      errorClass: null,
      excerpt: "words",
      node: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
  });

  it("without an answer is recorded with the class of the error", async () => {
    const { verdict } = await attemptOnce(failed("tls"));
    expect(verdict.attempt).toMatchObject({
      httpStatus: null,
      errorClass: "tls",
      excerpt: "No luck.",
    });
  });
});

describe("the verdict", () => {
  it.each([200, 201, 202, 204, 299])("on %i is delivered", async (status) => {
    const { verdict } = await attemptOnce(answered(status));
    expect(verdict).toMatchObject({ status: "delivered", nextAttemptAt: undefined, gone: false });
  });

  it.each([100, 199, 300, 301, 302, 304, 307, 308, 400, 401, 404, 409, 500, 503])(
    "on %i is to try again on schedule",
    async (status) => {
      const { verdict } = await attemptOnce(answered(status));
      expect(verdict).toMatchObject({
        status: "retrying",
        nextAttemptAt: NOW + 5_000,
        gone: false,
      });
    },
  );

  it.each([429, 502, 504])("on %i is to wait a minute, whatever it asks for", async (status) => {
    for (const retryAfter of [undefined, "1", "7"]) {
      const { verdict } = await attemptOnce(answered(status, retryAfter));
      expect(verdict.nextAttemptAt).toBeGreaterThanOrEqual(NOW + MINUTE_MS);
    }
  });

  it("on a time-out is to wait a minute", async () => {
    const { verdict } = await attemptOnce(failed("timeout"));
    expect(verdict.status).toBe("retrying");
    expect(verdict.nextAttemptAt).toBeGreaterThanOrEqual(NOW + MINUTE_MS);
  });

  it.each([
    "dns",
    "address_blocked",
    "connect",
    "tls",
    "reset",
    "protocol",
    "invalid_url",
  ] as const)("on %s is to try again on schedule", async (errorClass) => {
    const { verdict } = await attemptOnce(failed(errorClass));
    expect(verdict).toMatchObject({ status: "retrying", nextAttemptAt: NOW + 5_000 });
  });

  it("honours Retry-After in seconds and as a date", async () => {
    const at = new Date(NOW + 8 * MINUTE_MS).toUTCString();
    for (const retryAfter of ["480", at]) {
      const { verdict } = await attemptOnce(answered(503, retryAfter), 2);
      const waitMs = (verdict.nextAttemptAt ?? 0) - NOW;
      expect(waitMs).toBeGreaterThan(8 * MINUTE_MS - 1_000);
      expect(waitMs).toBeLessThanOrEqual(8 * MINUTE_MS);
    }
  });

  it("on 410 is never to come again", async () => {
    const { verdict } = await attemptOnce(answered(410));
    expect(verdict).toMatchObject({ status: "failed", nextAttemptAt: undefined, gone: true });
  });

  it("on 410 is to try again where that does not end the target", async () => {
    const { verdict } = await attemptOnce(answered(410), 1, false);
    expect(verdict).toMatchObject({
      status: "retrying",
      nextAttemptAt: NOW + 5_000,
      gone: false,
      attempt: { httpStatus: 410 },
    });
  });

  it("on the tenth failure is final", async () => {
    expect((await attemptOnce(answered(500), 9)).verdict.status).toBe("retrying");
    const { verdict } = await attemptOnce(answered(500), 10);
    expect(verdict).toMatchObject({ status: "failed", nextAttemptAt: undefined, gone: false });
  });
});
