import { fakeClock } from "@wabakit/testing";
import { Keyv } from "keyv";
import { describe, expect, test } from "vitest";
import type { Emit } from "../delivery/emit.ts";
import type { EventDraft } from "../events.ts";
import { Failure } from "../failure.ts";
import { silentLogger } from "../logger.ts";
import type { Job } from "../queue/queue.ts";
import { keyvStore } from "../store/keyv-store.ts";
import type { Change } from "../store/store.ts";
import { newWriter } from "../store/writer.ts";
import { createCounters } from "./counters.ts";
import { openNotifications } from "./notifications.ts";
import { processNotifications } from "./process.ts";

/** A worker on a store of its own, and what it was about to tell. */
async function arrange() {
  const store = keyvStore(new Keyv());
  await store.start();
  const jobs: Job[] = [];
  const add = async (more: readonly Job[]) => void jobs.push(...more);
  const queue = {
    atomicity: "process" as const,
    add,
    backlog: async () => ({ waiting: 0, earliestAt: null }),
    start: async () => {},
    stop: async () => {},
  };
  const log = { store, writer: newWriter() };
  const parts = { ...log, queue, clock: fakeClock(), logger: silentLogger };
  const notifications = openNotifications(parts);
  const told: EventDraft[] = [];
  const changes: Change[] = [];
  const counters = createCounters();

  const emit: Emit = async (change, drafts) => {
    changes.push(change);
    const landed = await store.commit(change);
    if (landed) told.push(...drafts);
    return landed;
  };
  const worker = (changed: { readonly emit?: Emit } = {}) =>
    processNotifications({
      store,
      emit,
      notifications,
      queue: { add: async () => {} },
      logger: silentLogger,
      counters,
      defaultOrganizationId: "org_1",
      metaApps: { receiving: async () => undefined },
      ...changed,
    });
  /** Receives bodies on one page; returns the page. */
  const receive = async (...bodies: readonly (readonly [appId: string, body: string])[]) => {
    await Promise.all(
      bodies.map(([appId, body]) => notifications.append(appId, Buffer.from(body))),
    );
    return jobs.at(-1)?.id ?? "";
  };
  return { store, notifications, told, changes, counters, emit, worker, receive };
}

function messages(...ids: readonly string[]): string {
  const value = { metadata: { phone_number_id: "1" }, messages: ids.map((id) => ({ id })) };
  return JSON.stringify({ entry: [{ id: "10", changes: [{ field: "messages", value }] }] });
}

/** The app and message of each event, in order. */
function toldOf(drafts: readonly EventDraft[]): readonly string[] {
  return drafts.map(({ data }) => {
    if (!("update" in data)) return "routed";
    const { appId, update } = data;
    const isMessage = update.type === "message.received";
    return isMessage ? `${appId} ${update.data.message.wamid}` : update.type;
  });
}

describe("a page of notifications", () => {
  test("is told update by update, each in the name of its app, and removed", async () => {
    const { worker, receive, told, notifications, counters } = await arrange();
    const page = await receive(["1", messages("a", "b")], ["2", messages("a")], ["1", "no JSON"]);
    expect(await worker()(page)).toBeUndefined();
    expect(toldOf(told)).toEqual(["1 a", "1 b", "webhook.unknown", "2 a"]);
    expect(await notifications.log.pages()).toEqual([]);
    expect(counters.read()).toEqual({ items: 4, repeats: 0, unrouted: 4 });
  });

  test("is told once, whatever comes twice in it and however often it is worked on", async () => {
    const { worker, receive, told, counters } = await arrange();
    const page = await receive(["1", messages("a", "b", "a")], ["1", messages("b", "c")]);
    await worker()(page);
    await worker()(page);
    await worker()(await receive(["1", messages("c", "d")]));
    expect(toldOf(told)).toEqual(["1 a", "1 b", "1 c", "1 d"]);
    expect(counters.read()).toEqual({ items: 4, repeats: 3, unrouted: 4 });
  });

  test("goes into the store 128 updates at a time", async () => {
    const { worker, receive, told, changes } = await arrange();
    const ids = Array.from({ length: 300 }, (_, index) => `m${index}`);
    await worker()(await receive(["1", messages(...ids)]));
    const items = changes.map(({ writes }) => writes.filter(({ key }) => key.startsWith("item:")));
    expect(items.map((written) => written.length)).toEqual([128, 128, 44]);
    expect(changes.map(({ guards }) => guards.length)).toEqual([128, 128, 44]);
    expect(toldOf(told)).toEqual(ids.map((id) => `1 ${id}`));
  });

  test("may hold ids that nobody should have", async () => {
    const { worker, receive, told } = await arrange();
    const ids = ["\u0000", "\ud800", "__proto__", ":%:", "é".repeat(5_000), "~~x", "a/../b"];
    await worker()(await receive(["1", messages(...ids)]));
    await worker()(await receive(["1", messages(...ids)]));
    expect(toldOf(told)).toEqual(ids.map((id) => `1 ${id}`));
  });

  test("that is gone is done", async () => {
    const { worker, told } = await arrange();
    expect(await worker()("gone.0")).toBeUndefined();
    expect(told).toEqual([]);
  });
});

describe("two workers at the same updates", () => {
  test("tell each once: who comes second looks again", async () => {
    const { worker, receive, told, emit, counters } = await arrange();
    const page = await receive(["1", messages("a", "b")]);
    const overtaken = await receive(["1", messages("b", "c")]);
    let isOvertaken = false;
    const slow = worker({
      async emit(change, drafts) {
        if (!isOvertaken) await worker()(overtaken);
        isOvertaken = true;
        return emit(change, drafts);
      },
    });
    await slow(page);
    expect(toldOf(told).toSorted()).toEqual(["1 a", "1 b", "1 c"]);
    expect(counters.read()).toEqual({ items: 3, repeats: 1, unrouted: 3 });
  });
});

describe("a worker that fails in the middle", () => {
  const down = new Failure("store_unavailable");

  test.each([
    ["before", false],
    ["after", true],
  ])("%s a commit leaves the page, and the next one finishes it", async (_when, lands) => {
    const { worker, receive, told, emit, notifications, counters } = await arrange();
    const ids = Array.from({ length: 200 }, (_, index) => `m${index}`);
    const page = await receive(["1", messages(...ids)]);
    let commits = 0;
    const failing = worker({
      async emit(change, drafts) {
        commits += 1;
        if (commits === 1) return emit(change, drafts);
        if (lands) await emit(change, drafts);
        throw down;
      },
    });
    await expect(failing(page)).rejects.toBe(down);
    expect(await notifications.log.pages()).toEqual([page]);
    expect(counters.read()).toMatchObject({ items: 128 });

    await worker()(page);
    expect(toldOf(told)).toEqual(ids.map((id) => `1 ${id}`));
    expect(await notifications.log.pages()).toEqual([]);
  });
});
