import { Keyv } from "keyv";
import { describe, expect, it } from "vitest";
import { createCursors } from "../http/cursor.ts";
import { joined } from "../store/joined.ts";
import { keyvStore } from "../store/keyv-store.ts";
import type { Store } from "../store/store.ts";
import { findConnection, ListConnections, listConnections } from "./list.ts";
import { listedAs } from "./listed.ts";
import type { Owner } from "./owned.ts";
import {
  type ConnectedNumber,
  type ConnectionPointer,
  connectionIndex,
  connectionKey,
  numberKey,
  tenantConnectionIndex,
  type Waba,
  wabaKey,
} from "./waba.ts";

const heartbeat = { dueSoonLeadMs: 1 };
const ours: Owner = { organizationId: "org_1" };
const clock = { now: () => 0, schedule: () => () => {} };
// Only its id is asked for.
const metaApps = {
  usableBy: async () => [{ appId: "1" }],
} as unknown as Parameters<typeof listConnections>[0]["metaApps"];
const cursors = createCursors(Buffer.alloc(32, 1));

async function startedStore(): Promise<Store> {
  const store = keyvStore(new Keyv());
  await store.start();
  return store;
}

interface Added {
  readonly organizationId?: string;
  readonly tenantId?: string;
  readonly status?: ConnectedNumber["status"];
}

/** Connects number `n` of an account of its own. */
async function add(store: Store, n: number, fields: Added = {}): Promise<void> {
  const { organizationId = "org_1", tenantId = "acme", status = "active" } = fields;
  const connectionId = `conn_${n}`;
  const ref = { organizationId, appId: "1", wabaId: `10${n}` };
  const text = listedAs(connectionId, ref);
  const { place, ...listed } = await connectionIndex(store, organizationId).adding(text);
  const { place: tenantPlace, ...ofTenant } = await tenantConnectionIndex(
    store,
    organizationId,
    tenantId,
  ).adding(text);
  const own = { connectionId, tenantId, status, phoneNumberId: `${n}` };
  const empty = {
    webhook: null,
    historySyncTriggeredAt: null,
    contactSyncTriggeredAt: null,
    billingSuspendedAt: null,
    disconnectedAt: null,
  };
  const number = { ...own, ...empty, connectionMode: "cloud_api", createdAt: 0, updatedAt: 0 };
  const waba = { appId: "1", wabaId: `10${n}`, organizationId, webhook: null, numbers: [number] };
  const pointer: ConnectionPointer = { ...ref, tenantId, listed: text, place, tenantPlace };
  // What is not shown or filtered by is left out.
  const record = waba as unknown as Waba;
  const records = [
    { key: wabaKey("1", waba.wabaId), value: { ...record, tokenExpiresAt: null } },
    { key: connectionKey(connectionId), value: pointer },
    { key: numberKey("1", `${n}`), value: { wabaId: waba.wabaId } },
  ];
  expect(await store.commit(joined(listed, ofTenant, { guards: [], writes: records }))).toBe(true);
}

const list = (store: Store, query: object = {}, owner = ours) =>
  listConnections(
    { store, clock, cursors, metaApps, heartbeat },
    owner,
    ListConnections.parse({ limit: 50, ...query }),
  );

/** Counts the records that are read together. */
function counting(store: Store) {
  let read = 0;
  const counted: Store = {
    ...store,
    getMany: (keys) => {
      read += keys.length;
      return store.getMany(keys);
    },
  };
  return { counted, read: () => read };
}

/** All pages, one after the other. */
async function listAll(store: Store, query: object = {}, owner = ours) {
  const pages: string[][] = [];
  let cursor: string | null = null;
  do {
    const page = await list(store, cursor ? { ...query, cursor } : query, owner);
    pages.push(page.data.map(({ connectionId }) => connectionId));
    cursor = page.nextCursor;
  } while (cursor);
  return pages;
}

const descending = (from: number, to: number) =>
  Array.from({ length: from - to + 1 }, (_, index) => `conn_${from - index}`);

describe("a list", () => {
  it("is newest first, in pages of the size that was asked for, each connection once", async () => {
    const store = await startedStore();
    for (let n = 0; n < 300; n += 1) await add(store, n);
    const pages = await listAll(store, { limit: 100 });
    expect(pages.flat()).toEqual(descending(299, 0));
    expect(pages.slice(0, 3).map(({ length }) => length)).toEqual([100, 100, 100]);
  });

  it("ends when there is nothing more", async () => {
    const store = await startedStore();
    expect(await list(store)).toEqual({ data: [], nextCursor: null });
    await add(store, 0);
    expect(await list(store)).toMatchObject({ nextCursor: null });
  });

  it("goes on where it stood, though new ones have come", async () => {
    const store = await startedStore();
    for (let n = 0; n < 4; n += 1) await add(store, n);
    const { nextCursor } = await list(store, { limit: 2 });
    await add(store, 4);
    const rest = await list(store, { limit: 2, cursor: nextCursor });
    expect(rest.data.map(({ connectionId }) => connectionId)).toEqual(["conn_1", "conn_0"]);
  });

  it.each([
    [{ tenantId: "b" }, ["conn_1"]],
    [{ tenantId: "B" }, []],
    [{ wabaId: "102" }, ["conn_2"]],
    [{ phoneNumberId: "0" }, ["conn_0"]],
    [{ status: "suspended" }, ["conn_2"]],
    [{ status: "active", tenantId: "a" }, ["conn_0"]],
  ])("filtered by %j is %j", async (filter, ids) => {
    const store = await startedStore();
    await add(store, 0, { tenantId: "a" });
    await add(store, 1, { tenantId: "b" });
    await add(store, 2, { tenantId: "a", status: "suspended" });
    expect(await listAll(store, filter)).toEqual([ids]);
  });

  it("looks at a thousand or so and says where to go on, rather than at everything", async () => {
    const store = await startedStore();
    await add(store, 0, { status: "suspended" });
    for (let n = 1; n < 1_100; n += 1) await add(store, n);
    const first = await list(store, { status: "suspended" });
    expect(first).toMatchObject({ data: [], nextCursor: expect.any(String) });
    expect((await listAll(store, { status: "suspended" })).flat()).toEqual(["conn_0"]);
  });

  it("of one tenant looks at that tenant's connections alone", async () => {
    const store = await startedStore();
    await add(store, 0, { tenantId: "rare" });
    for (let n = 1; n < 300; n += 1) await add(store, n);
    const { counted, read } = counting(store);
    expect(await list(counted, { tenantId: "rare" })).toMatchObject({ nextCursor: null });
    expect(read()).toBeLessThan(10);
  });

  it("reads what it shows and the next one, where nothing is passed over", async () => {
    const store = await startedStore();
    for (let n = 0; n < 100; n += 1) await add(store, n);
    const { counted, read } = counting(store);
    expect((await list(counted, { limit: 10 })).data).toHaveLength(10);
    // The accounts alone: where each connection is stands in the list.
    expect(read()).toBe(11);
  });

  it("passes over a connection whose account was removed meanwhile", async () => {
    const store = await startedStore();
    for (let n = 0; n < 3; n += 1) await add(store, n);
    await store.commit({ guards: [], writes: [{ key: wabaKey("1", "101"), value: undefined }] });
    expect((await listAll(store)).flat()).toEqual(["conn_2", "conn_0"]);
  });
});

describe("a cursor", () => {
  it("is good for its own filter, organization and kind of list only", async () => {
    const store = await startedStore();
    for (let n = 0; n < 3; n += 1) await add(store, n);
    const { nextCursor: cursor } = await list(store, { limit: 1, tenantId: "acme" });
    const refusal = { code: "invalid_cursor" };
    await expect(list(store, { cursor })).rejects.toMatchObject(refusal);
    await expect(list(store, { cursor, tenantId: "b" })).rejects.toMatchObject(refusal);
    await expect(
      list(store, { cursor, tenantId: "acme" }, { organizationId: "org_2" }),
    ).rejects.toMatchObject(refusal);
    await expect(list(store, { cursor, tenantId: "acme", limit: 2 })).resolves.toBeDefined();
  });
});

describe("what is not the caller's", () => {
  it("is neither listed nor found", async () => {
    const store = await startedStore();
    await add(store, 0);
    await add(store, 1, { organizationId: "org_2" });
    expect((await listAll(store)).flat()).toEqual(["conn_0"]);
    expect(await findConnection({ store, clock, heartbeat }, ours, "conn_1")).toBeUndefined();
    expect(await findConnection({ store, clock, heartbeat }, ours, "conn_0")).toBeDefined();
    expect(await findConnection({ store, clock, heartbeat }, ours, "conn_9")).toBeUndefined();
  });

  it("is another tenant's, where the caller acts for some only", async () => {
    const store = await startedStore();
    await add(store, 0, { tenantId: "a" });
    await add(store, 1, { tenantId: "b" });
    const bound = { ...ours, tenantIds: ["a", "c"] };
    expect((await listAll(store, {}, bound)).flat()).toEqual(["conn_0"]);
    expect((await listAll(store, { tenantId: "b" }, bound)).flat()).toEqual([]);
    expect(await findConnection({ store, clock, heartbeat }, bound, "conn_0")).toBeDefined();
    expect(await findConnection({ store, clock, heartbeat }, bound, "conn_1")).toBeUndefined();
  });
});
