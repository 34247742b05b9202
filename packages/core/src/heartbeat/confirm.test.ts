import { fakeClock } from "@wabakit/testing";
import { Keyv } from "keyv";
import { describe, expect, it } from "vitest";
import { type ConnectedNumber, connectionKey, readWaba, wabaKey } from "../connections/waba.ts";
import type { EventDraft } from "../events.ts";
import { keyvStore } from "../store/keyv-store.ts";
import type { Change, Store } from "../store/store.ts";
import { confirmHeartbeat, createHeartbeatLink } from "./confirm.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const owner = { organizationId: "org_1" };
const named = { owner, connectionId: "conn_1" };

async function scene(fields: Partial<ConnectedNumber> = {}) {
  const memory = keyvStore(new Keyv());
  await memory.start();
  const written: string[][] = [];
  const store: Store = {
    ...memory,
    commit(change) {
      written.push(change.writes.map(({ key }) => key));
      return memory.commit(change);
    },
  };
  const clock = fakeClock();
  const told: EventDraft[] = [];
  const number = {
    connectionId: "conn_1",
    tenantId: "acme",
    phoneNumberId: "7",
    metadata: null,
    status: "active",
    connectionMode: "coexistence",
    heartbeatLastConfirmedAt: clock.now() - 11 * DAY_MS,
    heartbeatAnnounced: "due_soon",
    heartbeatReminderSentAt: clock.now() - DAY_MS,
    heartbeatTimerAt: clock.now() + 1,
    ...fields,
  } as ConnectedNumber;
  const ref = { ...owner, appId: "1", wabaId: "100" };
  await memory.commit({
    guards: [],
    writes: [
      { key: wabaKey("1", "100"), value: { ...ref, numbers: [number] } },
      { key: connectionKey("conn_1"), value: { ...ref, tenantId: "acme" } },
    ],
  });
  const parts = {
    store,
    clock,
    rootSecret: { derive: () => Buffer.alloc(32), isCurrent: true },
    pagesUrl: "https://app.example.com/connect",
    heartbeat: { dueSoonLeadMs: 3 * DAY_MS },
    emit: async (change: Change, drafts: readonly EventDraft[]) => {
      const landed = await store.commit(change);
      if (landed) told.push(...drafts);
      return landed;
    },
  };
  const read = async () => (await readWaba(store, "1", "100"))?.value.numbers[0];
  return { ...parts, told, written, read };
}

describe("a confirmation", () => {
  it("begins a new period, and answers with the page's four fields", async () => {
    const here = await scene();
    expect(await confirmHeartbeat(here, named, "partner_api")).toEqual({
      connectionId: "conn_1",
      heartbeatStatus: "OK",
      heartbeatLastConfirmedAt: "2026-11-21T00:00:00Z",
      heartbeatNextDueAt: "2026-12-04T00:00:00Z",
    });
    expect(await here.read()).toMatchObject({
      heartbeatLastConfirmedAt: here.clock.now(),
      heartbeatAnnounced: null,
      heartbeatReminderSentAt: null,
      updatedAt: here.clock.now(),
    });
  });

  it("tells by whom, with the fields as they are now", async () => {
    const here = await scene();
    await confirmHeartbeat(here, named, "console");
    expect(here.told).toEqual([
      {
        type: "connection.heartbeat.confirmed",
        organizationId: "org_1",
        data: {
          tenantId: "acme",
          connectionId: "conn_1",
          wabaId: "100",
          phoneNumberId: "7",
          metadata: null,
          heartbeatStatus: "OK",
          heartbeatLastConfirmedAt: "2026-11-21T00:00:00Z",
          heartbeatNextDueAt: "2026-12-04T00:00:00Z",
          heartbeatReminderSentAt: null,
          confirmedVia: "console",
        },
      },
    ]);
  });

  it("touches nothing but the account", async () => {
    const here = await scene();
    await confirmHeartbeat(here, named, "partner_api");
    expect(here.written).toEqual([[wabaKey("1", "100")]]);
  });

  it("a second time within 60 seconds changes nothing, and is answered the same", async () => {
    const here = await scene();
    const first = await confirmHeartbeat(here, named, "partner_api");
    await here.clock.advance(59_999);
    expect(await confirmHeartbeat(here, named, "link")).toEqual(first);
    expect(here.told).toHaveLength(1);
    await here.clock.advance(1);
    expect(await confirmHeartbeat(here, named, "link")).not.toEqual(first);
    expect(here.told).toHaveLength(2);
  });

  it("does not go back when the clock was set back", async () => {
    const here = await scene();
    const first = await confirmHeartbeat(here, named, "partner_api");
    const now = here.clock.now() - 60 * 60 * 1000;
    const behind = { ...here, clock: { ...here.clock, now: () => now } };
    expect(await confirmHeartbeat(behind, named, "partner_api")).toEqual(first);
  });

  it("of several at once is told once", async () => {
    const here = await scene();
    const all = Array.from({ length: 5 }, () => confirmHeartbeat(here, named, "partner_api"));
    expect(new Set((await Promise.all(all)).map((one) => JSON.stringify(one))).size).toBe(1);
    expect(here.told).toHaveLength(1);
  });

  it("is possible while the number is suspended", async () => {
    const here = await scene({ status: "suspended" });
    expect(await confirmHeartbeat(here, named, "partner_api")).toMatchObject({
      heartbeatStatus: "OK",
    });
  });
});

describe("neither a confirmation nor a link", () => {
  const attempts = [
    [
      "confirmation",
      (here: Awaited<ReturnType<typeof scene>>) => confirmHeartbeat(here, named, "link"),
    ],
    [
      "link",
      (here: Awaited<ReturnType<typeof scene>>) => createHeartbeatLink(here, owner, "conn_1"),
    ],
  ] as const;

  it.each(attempts)("applies to a number of the Cloud API alone: %s", async (_, attempt) => {
    const here = await scene({ connectionMode: "cloud_api" });
    await expect(attempt(here)).rejects.toMatchObject({
      code: "heartbeat_not_applicable",
      status: 409,
    });
  });

  it.each(attempts)("applies to a number that is disconnected: %s", async (_, attempt) => {
    const here = await scene({ status: "disconnected" });
    await expect(attempt(here)).rejects.toMatchObject({
      code: "connection_not_active",
      status: 409,
    });
  });

  it("is for somebody else", async () => {
    const here = await scene();
    const other = { organizationId: "org_2" };
    const bound = { ...owner, tenantIds: ["other"] };
    for (const stranger of [other, bound]) {
      const attempt = confirmHeartbeat(here, { ...named, owner: stranger }, "partner_api");
      await expect(attempt).rejects.toMatchObject({ code: "not_found" });
      await expect(createHeartbeatLink(here, stranger, "conn_1")).rejects.toMatchObject({
        code: "not_found",
      });
    }
    expect(here.told).toEqual([]);
  });
});
