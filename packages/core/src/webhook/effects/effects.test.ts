import { Keyv } from "keyv";
import { describe, expect, it } from "vitest";
import { healthKey } from "../../connections/health/health.ts";
import { numberKey, type Waba, wabaKey } from "../../connections/waba.ts";
import { keyvStore } from "../../store/keyv-store.ts";
import { parseNotification } from "../parse.ts";
import { loadWhose } from "../whose.ts";
import { effectsOf } from "./effects.ts";

const APP = "1";
const NOW = 1_800_000_000_000;
const AT = wabaKey(APP, "10");

function number(phoneNumberId: string, fields: object = {}) {
  return {
    connectionId: `conn_${phoneNumberId}`,
    tenantId: "acme",
    phoneNumberId,
    displayPhoneNumber: `+1555${phoneNumberId}`,
    status: "active",
    statusReason: null,
    connectionMode: "cloud_api",
    billingSuspendedAt: null,
    ...fields,
  };
}

type News = readonly [field: string, value: object, time?: number];

/** Account 10 with number 101, and what comes of news about it, in this order. */
async function arrange(...news: readonly News[]) {
  return arrangeOf(number("101"), ...news);
}

async function arrangeOf(connected: object, ...news: readonly News[]) {
  const store = keyvStore(new Keyv());
  await store.start();
  const account = {
    appId: APP,
    wabaId: "10",
    organizationId: "org_1",
    webhook: null,
    intent: null,
  };
  const value = { ...account, tokenExpiresAt: null, numbers: [connected] };
  const pointer = { key: numberKey(APP, "101"), value: { wabaId: "10" } };
  await store.commit({ guards: [], writes: [{ key: AT, value }, pointer] });
  const entry = news.map(([field, said, time = NOW / 1000]) => ({
    id: "10",
    time,
    changes: [{ field, value: said }],
  }));
  const { items } = parseNotification(Buffer.from(JSON.stringify({ entry })));
  const batch = { appId: APP, receivedAt: NOW, items };
  const effects = await effectsOf(store, batch, await loadWhose(store, APP, items));
  const commit = () => store.commit(effects.change);
  const waba = async () => (await store.get<Waba>(AT))?.value;
  return { store, items, effects, commit, waba };
}

const removed = ["account_update", { event: "PARTNER_REMOVED" }] as const;
const returned = ["account_update", { event: "ACCOUNT_RECONNECTED" }] as const;

describe("what a batch says of connections", () => {
  it("is nothing where it speaks of messages alone", async () => {
    const { effects } = await arrange(["messages", { messages: [{ id: "m" }] }]);
    expect(effects.change).toEqual({ guards: [], writes: [] });
    expect([effects.timers, effects.jobs]).toEqual([[], []]);
  });

  it("is lost with the whole batch when the account has changed meanwhile", async () => {
    const { store, commit, waba } = await arrange(removed);
    const now = await waba();
    await store.commit({
      guards: [],
      writes: [{ key: AT, value: { ...now, foreignOverride: "x" } }],
    });
    expect(await commit()).toBe(false);
    expect((await waba())?.numbers[0]).toMatchObject({ status: "active" });
  });

  it("is lost when the health of its number has changed meanwhile", async () => {
    const limit = { max_daily_conversations_per_business: 250 };
    const { store, commit } = await arrange(["business_capability_update", limit]);
    const record = { snapshot: null, errorMessage: null, checkedAt: 5 };
    await store.commit({ guards: [], writes: [{ key: healthKey("conn_101"), value: record }] });
    expect(await commit()).toBe(false);
  });

  it("is taken in one after the other, each seeing what the one before has made", async () => {
    const { effects, items, commit, waba } = await arrange(removed, returned);
    const told = items.map((item) => effects.draftsOf(item).map(({ type }) => type));
    expect(told).toEqual([
      ["connection.disconnected", "connection.status_changed"],
      ["connection.status_changed"],
    ]);
    expect(await commit()).toBe(true);
    expect(await waba()).toMatchObject({
      numbers: [{ status: "active", disconnectedAt: null, signalAt: NOW }],
      intent: { change: { kind: "settle" } },
    });
    expect(effects.jobs).toEqual([{ kind: "settle", id: "1.10" }]);
    expect(effects.timers).toMatchObject([{ kind: "intent", id: "1.10" }]);
  });

  it("counts by Meta's clock, in whatever order it comes", async () => {
    const late = [...removed, NOW / 1000 - 1] as const;
    const { commit, waba } = await arrange([...returned, NOW / 1000], late);
    expect(await commit()).toBe(true);
    expect((await waba())?.numbers[0]).toMatchObject({ status: "active" });
  });

  it("concerns whom the account had when it was said, and has again when it brings them back", async () => {
    const { effects, items } = await arrange(removed, returned);
    const statuses = items.map((item) => effects.find(item).numbers.map(({ status }) => status));
    expect(statuses).toEqual([["active"], ["active"]]);
  });

  it("wakes who asks Meta about numbers that wait for its verdict", async () => {
    const approved = ["account_review_update", { decision: "APPROVED" }] as const;
    const waiting = number("101", { status: "pending", statusReason: "in_review" });
    const { effects } = await arrangeOf(waiting, approved);
    expect(effects.jobs).toEqual([{ kind: "review", id: "conn_101" }]);
    expect((await arrange(approved)).effects.jobs).toEqual([]);
  });

  it.each([
    ["nothing at all", null],
    ["no event", {}],
    ["an event of another type", { event: ["PARTNER_REMOVED"] }],
    ["an event named like an object's own", { event: "constructor" }],
    ["a ban of no state", { event: "DISABLED_UPDATE", ban_info: "DISABLE" }],
    ["an event of tomorrow", { event: "ACCOUNT_UPGRADED" }],
  ])("is nothing where it holds %s", async (_what, value) => {
    const { effects } = await arrange(["account_update", value as object]);
    expect(effects.change.writes).toEqual([]);
  });
});
