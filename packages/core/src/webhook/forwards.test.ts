import { Keyv } from "keyv";
import { describe, expect, it, vi } from "vitest";
import { numberKey, wabaKey } from "../connections/waba.ts";
import { openBacklogs } from "../delivery/delivery.ts";
import { createDirectory } from "../delivery/directory.ts";
import { createEmit, type Emit, openEmitted } from "../delivery/emit.ts";
import { readForwards } from "../delivery/forward.ts";
import { openOutbox } from "../delivery/outbox.ts";
import { createRecentEvents } from "../delivery/recent-events.ts";
import { Failure } from "../failure.ts";
import { silentLogger } from "../logger.ts";
import { openJournal } from "../store/journal.ts";
import { keyvStore } from "../store/keyv-store.ts";
import { newWriter } from "../store/writer.ts";
import { createCounters } from "./counters.ts";
import { openNotifications } from "./notifications.ts";
import { processNotifications } from "./process.ts";

const APP = "1";
const clock = { now: () => 0, schedule: () => () => {} };

/** A worker on a store of its own, with accounts 10 (number 101), 20 (201, 202), … */
async function arrange(delivery = "relay") {
  const store = keyvStore(new Keyv());
  await store.start();
  const queued: string[] = [];
  const queue = {
    atomicity: "process" as const,
    add: async (jobs: readonly { readonly kind: string; readonly id: string }[]) => {
      for (const { kind, id } of jobs) if (kind === "notification") queued.push(id);
    },
    backlog: async () => ({ waiting: 0, earliestAt: null }),
    start: async () => {},
    stop: async () => {},
  };
  const log = { store, writer: newWriter() };
  const parts = { ...log, queue, clock, logger: silentLogger };
  const backlogs = openBacklogs(log);
  const directory = createDirectory(store);
  const history = openEmitted(log);
  const journal = openJournal({ store, clock, history });
  const of = { outbox: openOutbox(parts), history, journal, recent: createRecentEvents() };
  const emit = createEmit({ ...parts, ...of, backlogs, directory });
  const notifications = openNotifications(parts);
  for (const [wabaId, ...ids] of [
    ["10", "101"],
    ["20", "201", "202"],
  ] as const) {
    const webhook = {
      url: `https://${wabaId}.example.com/`,
      verifyToken: "sealed",
      state: "active",
    };
    const numbers = ids.map((phoneNumberId) => ({
      phoneNumberId,
      status: "active",
      tenantId: "acme",
    }));
    const account = { appId: APP, wabaId, organizationId: "org_1", overrideScope: "waba" };
    const value = { ...account, delivery, webhook, numbers };
    const pointers = ids.map((id) => ({ key: numberKey(APP, id), value: { wabaId } }));
    const writes = [{ key: wabaKey(APP, wabaId), value }, ...pointers];
    await store.commit({ guards: [], writes });
  }
  const worker = (changed: { readonly emit?: Emit } = {}) =>
    processNotifications({
      store,
      emit,
      notifications,
      queue: { add: async () => {} },
      logger: silentLogger,
      counters: createCounters(),
      defaultOrganizationId: "org_default",
      metaApps: { receiving: async () => undefined },
      ...changed,
    });
  return {
    store,
    emit,
    worker,
    async receive(...bodies: readonly string[]) {
      await Promise.all(bodies.map((body) => notifications.append(APP, Buffer.from(body))));
      return queued.at(-1) ?? "";
    },
    /** The bodies that wait for an account's webhook, in order. */
    async forwarded(wabaId: string) {
      const { fresh } = backlogs(`org_1.relay-${APP}-${wabaId}`);
      const pages = await fresh.readAll(await fresh.pages());
      const ids = pages.flatMap(({ stored }) => stored.value.map(({ eventId }) => eventId));
      const bodies = await readForwards(store, "org_1", ids);
      return bodies.map((read) => Buffer.from(read?.() ?? []).toString());
    },
  };
}

function change(phoneNumberId: string, ...ids: readonly string[]) {
  const value = {
    metadata: { phone_number_id: phoneNumberId },
    messages: ids.map((id) => ({ id })),
  };
  return { field: "messages", value };
}

const bodyOf = (...changes: readonly unknown[]) =>
  JSON.stringify({ entry: [{ id: "0", changes }] });

describe("a notification", () => {
  it("goes on to each account it is for, in the order of arrival", async () => {
    const here = await arrange();
    const [first, second] = [bodyOf(change("101", "a")), bodyOf(change("101", "b"))];
    const mixed = bodyOf(
      change("201", "c"),
      change("101", "d"),
      change("202", "e"),
      change("9", "f"),
    );
    await here.worker()(await here.receive(first, second, mixed));
    expect(await here.forwarded("10")).toEqual([first, second, bodyOf(change("101", "d"))]);
    expect(await here.forwarded("20")).toEqual([bodyOf(change("201", "c"), change("202", "e"))]);
  });

  it("goes on once, although it takes several commits", async () => {
    const here = await arrange();
    const ids = Array.from({ length: 300 }, (_, index) => `m${index}`);
    const body = bodyOf(change("101", ...ids), change("201", "x"));
    const emit = vi.fn(here.emit);
    await here.worker({ emit })(await here.receive(body));
    expect(emit).toHaveBeenCalledTimes(3); // none in vain
    expect(await here.forwarded("10")).toEqual([bodyOf(change("101", ...ids))]);
    expect(await here.forwarded("20")).toEqual([bodyOf(change("201", "x"))]);
  });

  it("goes on again only to whom something of it is new", async () => {
    const here = await arrange();
    const mixed = (id: string) => bodyOf(change("101", "a"), change("201", id));
    await here.worker()(await here.receive(mixed("b")));
    await here.worker()(await here.receive(mixed("b"), mixed("c")));
    expect(await here.forwarded("10")).toEqual([bodyOf(change("101", "a"))]);
    expect(await here.forwarded("20")).toEqual(["b", "c"].map((id) => bodyOf(change("201", id))));
  });

  it("whose change stands beside an entry without any goes on without that entry", async () => {
    const here = await arrange();
    const own = { id: "10", changes: [change("101", "a")] };
    const body = JSON.stringify({ entry: [own, { id: "20", changes: [] }] });
    await here.worker()(await here.receive(body));
    expect(await here.forwarded("10")).toEqual([JSON.stringify({ entry: [own] })]);
  });
});

describe("a worker that ends between two commits of a notification", () => {
  const ids = Array.from({ length: 200 }, (_, index) => `m${index}`);
  const body = bodyOf(change("101", ...ids));

  it.each([1, 2])("at commit %i has forwarded it once when the next one is through", async (at) => {
    for (const lands of [false, true]) {
      const here = await arrange();
      const page = await here.receive(body, bodyOf(change("201", "x")));
      let commits = 0;
      const failing = here.worker({
        async emit(change, drafts) {
          commits += 1;
          if (commits !== at) return here.emit(change, drafts);
          if (lands) await here.emit(change, drafts);
          throw new Failure("store_unavailable");
        },
      });
      await Promise.allSettled([failing(page)]);
      await here.worker()(page);
      expect(await here.forwarded("10")).toEqual([body]);
      expect(await here.forwarded("20")).toEqual([bodyOf(change("201", "x"))]);
    }
  });

  it("or that is overtaken by another has forwarded it once", async () => {
    const here = await arrange();
    const page = await here.receive(body);
    let isOvertaken = false;
    const slow = here.worker({
      async emit(change, drafts) {
        if (!isOvertaken) await here.worker()(page);
        isOvertaken = true;
        return here.emit(change, drafts);
      },
    });
    await slow(page);
    expect(await here.forwarded("10")).toEqual([body]);
  });
});

it("a page that nobody wants forwarded costs what it did before there was forwarding", async () => {
  const here = await arrange("events");
  const bodies = Array.from({ length: 100 }, (_, index) => bodyOf(change("101", `m${index}`)));
  await here.worker()(await here.receive(bodyOf(change("101", "first")))); // joins the logs
  const page = await here.receive(...bodies);
  const [commit, getMany] = [vi.spyOn(here.store, "commit"), vi.spyOn(here.store, "getMany")];
  await here.worker()(page);
  const keys = commit.mock.calls.flatMap(([{ writes }]) => writes.map(({ key }) => key));
  const kinds = Map.groupBy(keys, (key) => key.replace(/:.*/, ""));
  expect(commit).toHaveBeenCalledTimes(2); // all of it, and the page that goes
  expect(Object.fromEntries([...kinds].map(([kind, all]) => [kind, all.length]))).toEqual({
    item: 100,
    event: 100,
    journal: 2,
    "last-webhook": 1,
    log: 6, // outbox, emitted and notifications: a page each, and its head
  });
  // The page itself, numbers, accounts.
  expect(getMany.mock.calls.map(([{ length }]) => length)).toEqual([1, 1, 2]);
});
