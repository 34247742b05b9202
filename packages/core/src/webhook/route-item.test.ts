import { Keyv } from "keyv";
import { describe, expect, test, vi } from "vitest";
import { type ConnectedNumber, numberKey, type Waba, wabaKey } from "../connections/waba.ts";
import { keyvStore } from "../store/keyv-store.ts";
import type { Item } from "./item.ts";
import { parseNotification } from "./parse.ts";
import { routeItem } from "./route-item.ts";
import { loadWhose } from "./whose.ts";

const APP = "1";

function number(phoneNumberId: string, changes: Partial<ConnectedNumber> = {}): ConnectedNumber {
  return {
    connectionId: `conn_${phoneNumberId}`,
    tenantId: "acme",
    phoneNumberId,
    displayPhoneNumber: `+1555${phoneNumberId}`,
    verifiedName: null,
    name: null,
    metadata: { plan: "pro" },
    status: "active",
    statusReason: null,
    connectionMode: "cloud_api",
    heartbeatLastConfirmedAt: null,
    createdAt: 0,
    updatedAt: 0,
    webhook: null,
    historySyncTriggeredAt: null,
    contactSyncTriggeredAt: null,
    heartbeatAnnounced: null,
    heartbeatReminderSentAt: null,
    heartbeatTimerAt: null,
    pendingRequest: null,
    registrationPin: null,
    billingSuspendedAt: null,
    disconnectedAt: null,
    ...changes,
  };
}

/** A store that knows these accounts of one Meta app. */
async function storeWith(accounts: Readonly<Record<string, readonly ConnectedNumber[]>>) {
  const store = keyvStore(new Keyv());
  await store.start();
  const writes = Object.entries(accounts).flatMap(([wabaId, numbers]) => {
    const waba: Waba = {
      appId: APP,
      wabaId,
      organizationId: `org_of_${wabaId}`,
      accessToken: "sealed",
      tokenExpiresAt: null,
      delivery: "events",
      overrideScope: "waba",
      webhook: null,
      signingSecrets: null,
      forwardManagementEvents: true,
      foreignOverride: null,
      intent: null,
      place: 0,
      numbers,
    };
    const pointers = numbers.map(({ phoneNumberId }) => ({
      key: numberKey(APP, phoneNumberId),
      value: { wabaId },
    }));
    return [{ key: wabaKey(APP, wabaId), value: waba }, ...pointers];
  });
  await store.commit({ guards: [], writes });
  return store;
}

type Accounts = Parameters<typeof storeWith>[0];

/** Where the items of a body go. */
async function route(accounts: Accounts, items: readonly Item[], appId = APP) {
  const find = await loadWhose(await storeWith(accounts), appId, items);
  const furthest = () => undefined;
  const context = { appId, furthest, defaultOrganizationId: "org_default" };
  return items.flatMap((item) => routeItem(context, item, find(item)));
}

function itemsOf(entryId: string, field: string, value: object): readonly Item[] {
  const body = { entry: [{ id: entryId, changes: [{ field, value }] }] };
  return parseNotification(Buffer.from(JSON.stringify(body))).items;
}

const message = (entryId: string, phoneNumberId: string) =>
  itemsOf(entryId, "messages", {
    metadata: { phone_number_id: phoneNumberId },
    messages: [{ id: "wamid.1", type: "text", text: { body: "hi" } }],
  });

const ofAcme = {
  organizationId: "org_of_10",
  data: { tenantId: "acme", connectionId: "conn_101", wabaId: "10", phoneNumberId: "101" },
};

describe("an update that names its number", () => {
  test("goes to its connection, with what the host gave it", async () => {
    const accounts = { 10: [number("100"), number("101")] };
    const drafts = await route(accounts, message("10", "101"));
    expect(drafts).toMatchObject([{ ...ofAcme, type: "message.received" }]);
    expect(drafts[0]?.data).toMatchObject({ metadata: { plan: "pro" } });
  });

  test.each(["20", "404"])("goes there whatever account its entry names: %s", async (entryId) => {
    const accounts = { 10: [number("101")], 20: [number("201")] };
    expect(await route(accounts, message(entryId, "101"))).toMatchObject([ofAcme]);
  });

  test("goes to no sibling when that number is not connected", async () => {
    const drafts = await route({ 10: [number("101")] }, message("10", "404"));
    expect(drafts).toMatchObject([
      {
        type: "webhook.unrouted",
        organizationId: "org_default",
        data: {
          reason: "not_connected",
          appId: APP,
          wabaId: "10",
          phoneNumberId: "404",
          update: { type: "message.received" },
        },
      },
    ]);
  });

  test("goes to nobody when another app has signed it", async () => {
    const drafts = await route({ 10: [number("101")] }, message("10", "101"), "2");
    expect(drafts).toMatchObject([{ type: "webhook.unrouted", data: { appId: "2" } }]);
  });
});

describe("an update that names only the digits of its number", () => {
  const quality = (digits: string) =>
    itemsOf("10", "phone_number_quality_update", { display_phone_number: digits });
  const accounts = { 10: [number("102", { displayPhoneNumber: null }), number("101")] };

  test.each(["1555101", "+1555101", "+1 (555) 101"])(
    "goes to its connection: %s",
    async (digits) => {
      expect(await route(accounts, quality(digits))).toMatchObject([ofAcme]);
    },
  );

  test.each(["1555102", "555101", "none"])("goes to no other: %s", async (digits) => {
    const drafts = await route(accounts, quality(digits));
    expect(drafts).toMatchObject([{ type: "webhook.unrouted", data: { wabaId: "10" } }]);
  });
});

describe("an update about an account", () => {
  const review = (wabaId: string) => itemsOf(wabaId, "account_review_update", { decision: "OK" });

  test("goes to each of its tenants once, as news of no connection", async () => {
    const globex = { tenantId: "globex" };
    const numbers = [number("101"), number("102"), number("103", globex), number("104", globex)];
    const drafts = await route({ 10: numbers }, review("10"));
    const none = { connectionId: null, phoneNumberId: null, metadata: null, wabaId: "10" };
    expect(drafts).toMatchObject([
      { organizationId: "org_of_10", data: { ...none, tenantId: "acme" } },
      { organizationId: "org_of_10", data: { ...none, tenantId: "globex" } },
    ]);
    expect(drafts).toHaveLength(2);
  });

  test.each([
    ["that nobody connected", "404", {}],
    ["without a number left", "10", { 10: [] }],
  ])("%s goes to the host alone", async (_what, wabaId, accounts) => {
    expect(await route(accounts, review(wabaId))).toMatchObject([{ type: "webhook.unrouted" }]);
  });

  test("that names no account goes to the host alone", async () => {
    const items = parseNotification(Buffer.from("not JSON")).items;
    expect(await route({ 10: [number("101")] }, items)).toMatchObject([
      { data: { wabaId: null, phoneNumberId: null, update: { data: { value: "not JSON" } } } },
    ]);
  });
});

test("a batch reads its accounts in two goes, however many updates it has", async () => {
  const store = await storeWith({ 10: [number("101")], 20: [number("201")] });
  const getMany = vi.spyOn(store, "getMany");
  const items = ["101", "201", "101", "404"].flatMap((id) => message("10", id));
  await loadWhose(store, APP, items);
  expect(getMany).toHaveBeenCalledTimes(2);
});
