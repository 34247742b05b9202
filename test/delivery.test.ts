import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { attempts, eventually, nextAttempt, pauseMs, scene } from "./delivery/scene.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SCHEDULE_MS = [
  5_000,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

describe("an endpoint that fails", () => {
  it("gets ten attempts on schedule, all of them on record, and then no more", async () => {
    const here = await scene();
    await here.addEndpoint({ url: here.sink.url });
    here.sink.respond({ status: 503, body: "not now" });
    await here.write("hi");

    for (const [index, baseMs] of SCHEDULE_MS.entries()) {
      await attempts(here, index + 1);
      expect(Math.abs((pauseMs(here) ?? 0) - baseMs)).toBeLessThanOrEqual(0.2 * baseMs);
      await nextAttempt(here);
    }
    const recorded = await attempts(here, 10);
    expect(here.deliveries()).toMatchObject([{ status: "failed", nextAttemptAt: null }]);
    expect(recorded.map(({ httpStatus, excerpt }) => `${httpStatus} ${excerpt}`)).toEqual(
      Array(10).fill("503 not now"),
    );
    await here.clock.advance(30 * HOUR_MS);
    expect(here.sink.received).toHaveLength(10);
  });

  it("gets the same id and bytes each time, freshly signed", async () => {
    const here = await scene();
    const { body } = await here.addEndpoint({ url: here.sink.url });
    here.sink.respond({ status: 500 });
    await here.write("Ünï 🎉 a/b");
    await attempts(here, 1);
    await nextAttempt(here);
    await attempts(here, 2);

    const [first, second] = here.sink.received;
    expect(second?.body.equals(first?.body ?? Buffer.of())).toBe(true);
    expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
    const seconds = (delivery = first) => Number(delivery?.headers["webhook-timestamp"]);
    expect(seconds(second)).toBeGreaterThan(seconds(first));
    for (const delivery of here.sink.received) {
      const verifier = new Webhook(String(body.secret));
      const signed = delivery.headers as Record<string, string>;
      const at = new Date(seconds(delivery) * 1_000);
      expect(verifier.sign(signed["webhook-id"] ?? "", at, delivery.body.toString())).toBe(
        signed["webhook-signature"],
      );
    }
  });

  it("delivers when it works again", async () => {
    const here = await scene();
    await here.addEndpoint({ url: here.sink.url });
    here.sink.respond((_, index) => ({ status: index === 0 ? 500 : 204 }));
    await here.write("hi");
    await attempts(here, 1);
    await nextAttempt(here);
    const recorded = await attempts(here, 2);
    expect(recorded.map(({ httpStatus }) => httpStatus)).toEqual([500, 204]);
    expect(here.deliveries()).toMatchObject([{ status: "delivered", nextAttemptAt: null }]);
  });

  it("says when it wants to be asked again, within twice the schedule's time", async () => {
    const here = await scene();
    await here.addEndpoint({ url: here.sink.url });
    here.sink.respond({ status: 503, headers: { "retry-after": "3600" } });
    await here.write("hi");
    await attempts(here, 1);
    expect(pauseMs(here)).toBe(10_000);
    await nextAttempt(here);
    await attempts(here, 2);
    expect(pauseMs(here)).toBe(10 * MINUTE_MS);
  });

  it.each([429, 502, 504])("with %i is left alone for a minute at least", async (status) => {
    const here = await scene();
    await here.addEndpoint({ url: here.sink.url });
    here.sink.respond({ status, headers: { "retry-after": "1" } });
    await here.write("hi");
    await attempts(here, 1);
    expect(pauseMs(here)).toBeGreaterThanOrEqual(MINUTE_MS);
  });

  it("by silence is given 15 seconds, and then a minute at least", async () => {
    const here = await scene();
    await here.addEndpoint({ url: here.sink.url });
    here.sink.respond({ delayMs: "hang" });
    await here.write("hi");
    await here.sink.waitFor(1);
    await here.clock.advance(15_000);
    const [attempt] = await attempts(here, 1);
    expect(attempt).toMatchObject({ httpStatus: null, errorClass: "timeout", durationMs: 15_000 });
    expect(pauseMs(here)).toBeGreaterThanOrEqual(MINUTE_MS);
  });

  it("by cutting the connection is asked again", async () => {
    const here = await scene();
    await here.addEndpoint({ url: here.sink.url });
    here.sink.respond({ delayMs: "reset" });
    await here.write("hi");
    expect(await attempts(here, 1)).toMatchObject([{ httpStatus: null, errorClass: "reset" }]);
    expect(here.deliveries()).toMatchObject([{ status: "retrying" }]);
  });

  it("by redirecting is not followed", async () => {
    const here = await scene();
    const other = await here.addSink();
    await here.addEndpoint({ url: here.sink.url });
    here.sink.respond({ status: 308, headers: { location: other.url } });
    await here.write("hi");
    expect(await attempts(here, 1)).toMatchObject([{ httpStatus: 308 }]);
    expect(here.deliveries()).toMatchObject([{ status: "retrying" }]);
    expect(other.received).toEqual([]);
  });

  it("is told from one that talks too much: of 8 MiB we keep 1 KiB", async () => {
    const here = await scene();
    await here.addEndpoint({ url: here.sink.url });
    here.sink.respond({ body: Buffer.alloc(8 * 1024 * 1024, "é") });
    await here.write("hi");
    const [attempt] = await attempts(here, 1);
    expect(attempt).toMatchObject({ httpStatus: 200 });
    expect(Buffer.byteLength(attempt?.excerpt ?? "")).toBeLessThanOrEqual(1024);
  });

  it("for good with 410 is disabled at once, and gets nothing more", async () => {
    const here = await scene();
    const { body } = await here.addEndpoint({ url: here.sink.url });
    here.sink.respond({ status: 410 });
    await here.write("hi");
    await attempts(here, 1);
    await eventually(async () => {
      const { body: shown } = await here.call("GET", `/webhook-endpoints/${body.id}`);
      expect(shown).toMatchObject({ enabled: false, disabledReason: "gone" });
    });
    await here.write("one more");
    await here.clock.advance(HOUR_MS);
    expect(here.sink.received).toHaveLength(1);
    expect(here.deliveries()).toMatchObject([{ status: "failed" }]);
  });
});
