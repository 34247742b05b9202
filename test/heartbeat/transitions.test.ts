import { expect, test } from "vitest";
import { connect, DAY_MS, MINUTE_MS, nodes } from "./nodes.ts";

const tellsOf = (names: readonly string[]) =>
  names.filter((name) => name === "due_soon" || name === "overdue");

test("two nodes that restart again and again tell each transition once", async () => {
  const here = await nodes();
  const hub = await here.start(2);
  const { connectionId } = await connect(here, hub);
  await here.clock.advance(MINUTE_MS);

  await here.sleep(10 - 1 / 24, 2);
  await here.clock.advance(MINUTE_MS);
  expect(here.heard.names()).toEqual([]);

  await here.sleep(1 / 24, 2);
  await here.clock.advance(MINUTE_MS);
  expect([...(await here.hear(2))].sort()).toEqual(["due_soon", "reminder"]);

  await here.sleep(0, 2);
  await here.sleep(3, 2);
  await here.clock.advance(MINUTE_MS);
  await here.hear(4);
  const last = await here.sleep(0, 2);
  await here.clock.advance(MINUTE_MS);
  expect(tellsOf(here.heard.names())).toEqual(["due_soon", "overdue"]);
  expect(await last.connections.get(connectionId)).toMatchObject({
    heartbeatStatus: "OVERDUE",
    heartbeatReminderSentAt: expect.stringMatching(/^2026-12-04T/),
  });
});

test("a hub that was away for a month tells only that it is overdue", async () => {
  const here = await nodes();
  await connect(here, await here.start());
  await here.clock.advance(MINUTE_MS);
  await here.sleep(30);
  await here.clock.advance(MINUTE_MS);
  expect([...(await here.hear(2))].sort()).toEqual(["overdue", "reminder"]);
});

test("a transition is told within 60 seconds by a hub that runs", async () => {
  const here = await nodes();
  const hub = await here.start();
  const soon = here.clock.now() - 10 * DAY_MS + 5 * MINUTE_MS;
  const heartbeatLastConfirmedAt = new Date(soon).toISOString();
  await connect(here, hub, { heartbeatLastConfirmedAt });
  await here.clock.advance(5 * MINUTE_MS - 1);
  expect(here.heard.names()).toEqual([]);
  await here.clock.advance(MINUTE_MS);
  expect([...(await here.hear(2))].sort()).toEqual(["due_soon", "reminder"]);
});

test("a confirmation begins a period in which both are told again", async () => {
  const here = await nodes();
  const { connectionId } = await connect(here, await here.start());
  const hub = await here.sleep(11);
  await here.clock.advance(MINUTE_MS);
  await here.hear(2);
  const confirmed = await hub.connections.confirmHeartbeat(connectionId);
  expect(confirmed).toMatchObject({ connectionId, heartbeatStatus: "OK" });
  await here.hear(3);

  await here.sleep(10);
  await here.clock.advance(MINUTE_MS);
  await here.hear(5);
  await here.sleep(3);
  await here.clock.advance(MINUTE_MS);
  await here.hear(7);
  expect(tellsOf(here.heard.names())).toEqual(["due_soon", "due_soon", "overdue"]);
});

test("the host decides how early it is due soon", async () => {
  const here = await nodes();
  const options = { heartbeat: { dueSoonLeadMs: DAY_MS } };
  await connect(here, await here.start(1, options));
  await here.clock.advance(MINUTE_MS);
  await here.stop();
  await here.clock.advance(11 * DAY_MS);
  await here.start(1, options);
  await here.clock.advance(MINUTE_MS);
  expect(here.heard.names()).toEqual([]);
  await here.stop();
  await here.clock.advance(DAY_MS);
  await here.start(1, options);
  await here.clock.advance(MINUTE_MS);
  expect([...(await here.hear(2))].sort()).toEqual(["due_soon", "reminder"]);
});

test("an unknown number is asked for until Meta tells, also across a restart", async () => {
  const here = await nodes();
  const first = await here.start(2);
  const { connectionId, phoneNumberId } = await connect(here, first, { isOnBizApp: null });
  expect(await first.connections.get(connectionId)).toMatchObject({ connectionMode: "unknown" });
  const hub = await here.sleep(1 / 24, 2);
  here.meta.updateNumber(phoneNumberId, { is_on_biz_app: false });
  await here.clock.advance(16 * MINUTE_MS);
  expect(await here.hear(1)).toEqual(["mode_resolved"]);
  expect(here.heard.all()[0]).toMatchObject({
    data: { connectionId, from: "unknown", to: "cloud_api" },
  });
  expect(await hub.connections.get(connectionId)).toMatchObject({
    connectionMode: "cloud_api",
    heartbeatApplies: false,
    heartbeatStatus: null,
    heartbeatLastConfirmedAt: null,
  });
});

test("a number of the Cloud API alone is never told anything", async () => {
  const here = await nodes();
  await connect(here, await here.start(), { isOnBizApp: false });
  await here.sleep(14);
  await here.clock.advance(MINUTE_MS);
  expect(here.heard.names()).toEqual([]);
});
