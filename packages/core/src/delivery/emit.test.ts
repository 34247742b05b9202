import { Keyv } from "keyv";
import { describe, expect, it } from "vitest";
import type { EventDraft } from "../events.ts";
import { silentLogger } from "../logger.ts";
import type { Job, Queue } from "../queue/queue.ts";
import { openJournal } from "../store/journal.ts";
import { keyvStore } from "../store/keyv-store.ts";
import type { Store } from "../store/store.ts";
import { newWriter } from "../store/writer.ts";
import { openBacklogs } from "./delivery.ts";
import { createDirectory } from "./directory.ts";
import { createEmit, eventKey, openEmitted } from "./emit.ts";
import { endpointIndex, endpointKey } from "./endpoint.ts";
import { openOutbox } from "./outbox.ts";
import { createRecentEvents } from "./recent-events.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const UNCHANGED = { guards: [], writes: [] };

/** What an event is about is of no interest here. */
function draft(event = "message.received", organizationId = "org_1"): EventDraft {
  return { type: event, organizationId, data: { tenantId: "acme" } } as unknown as EventDraft;
}

async function start() {
  const memory = keyvStore(new Keyv());
  await memory.start();
  const commits: string[][] = [];
  const store: Store = {
    ...memory,
    commit(change) {
      commits.push(change.writes.map(({ key }) => key));
      return memory.commit(change);
    },
  };
  const jobs: Job[] = [];
  const faults: Error[] = [];
  const queue: Queue = {
    atomicity: "process",
    async add(added) {
      const fault = faults.shift();
      if (fault) throw fault;
      jobs.push(...added);
    },
    backlog: async () => ({ waiting: jobs.length, earliestAt: null }),
    start: async () => {},
    stop: async () => {},
  };
  const log = { store, writer: newWriter() };
  const outbox = openOutbox({ ...log, queue });
  const clock = { now: () => NOW, schedule: () => () => {} };
  const history = openEmitted(log);
  const parts = {
    store,
    clock,
    logger: silentLogger,
    outbox,
    backlogs: openBacklogs(log),
    history,
    journal: openJournal({ store, clock, history }),
    directory: createDirectory(store),
    recent: createRecentEvents(),
  };
  return { ...parts, jobs, faults, commits, emit: createEmit(parts) };
}

async function addEndpoint(store: Store, id: string, fields: object = {}) {
  const { guards, writes } = await endpointIndex(store, "org_1").adding(id);
  const value = {
    id,
    organizationId: "org_1",
    enabled: true,
    events: ["*"],
    filter: null,
    ...fields,
  };
  await store.commit({ guards, writes: [...writes, { key: endpointKey("org_1", id), value }] });
}

async function waitingFor(
  { backlogs }: Pick<Awaited<ReturnType<typeof start>>, "backlogs">,
  id: string,
) {
  const { fresh } = backlogs(`org_1.${id}`);
  const pages = await Promise.all((await fresh.pages()).map((page) => fresh.read(page)));
  return pages.flatMap((page) => page?.value ?? []);
}

describe("events", () => {
  it("are committed with their change, their deliveries and their jobs-to-be, at once", async () => {
    const here = await start();
    await addEndpoint(here.store, "whe_1");
    await here.emit(UNCHANGED, [draft()]); // joins the logs
    here.commits.length = 0;

    const change = { guards: [], writes: [{ key: "thing", value: 1 }] };
    expect(await here.emit(change, [draft(), draft()])).toBe(true);
    const [first = []] = here.commits;
    expect(first).toContain("thing");
    for (const prefix of ["event:org_1:evt_", "log:outbox:", "log:deliveries.org_1.whe_1:"]) {
      expect(
        first.some((key) => key.startsWith(prefix)),
        prefix,
      ).toBe(true);
    }
  });

  it("of a connection share its key where an endpoint wants order, and nowhere else", async () => {
    const here = await start();
    await addEndpoint(here.store, "whe_1", { ordered: true });
    await addEndpoint(here.store, "whe_2");
    const of = (connectionId: string | null) =>
      ({ ...draft(), data: { connectionId } }) as unknown as EventDraft;
    await here.emit(UNCHANGED, [of("conn_1"), of("conn_2"), of(null)]);
    const keysFor = async (id: string) => (await waitingFor(here, id)).map(({ keys }) => keys);
    expect(await keysFor("whe_1")).toEqual([["conn_1"], ["conn_2"], undefined]);
    expect(await keysFor("whe_2")).toEqual([undefined, undefined, undefined]);
  });

  it("about an endpoint go to the others", async () => {
    const here = await start();
    await addEndpoint(here.store, "whe_1");
    await addEndpoint(here.store, "whe_2");
    const failing = { ...draft("endpoint.failing"), data: { endpointId: "whe_1" } };
    await here.emit(UNCHANGED, [failing as unknown as EventDraft]);
    expect(await waitingFor(here, "whe_1")).toHaveLength(0);
    expect(await waitingFor(here, "whe_2")).toHaveLength(1);
  });

  it("get an id and the time, and stay as they were drafted", async () => {
    const here = await start();
    await addEndpoint(here.store, "whe_1");
    await here.emit(UNCHANGED, [draft()]);
    const [pending] = await waitingFor(here, "whe_1");
    const stored = await here.store.get(eventKey("org_1", pending?.eventId ?? ""));
    expect(stored?.value).toEqual({
      type: "message.received",
      id: expect.stringMatching(/^evt_[0-9a-z]{26}$/),
      createdAt: "2026-11-21T10:00:00.000Z",
      organizationId: "org_1",
      data: { tenantId: "acme" },
    });
  });

  it("of a change that lost are not emitted", async () => {
    const here = await start();
    await addEndpoint(here.store, "whe_1");
    const change = { guards: [{ key: "thing", version: "another" }], writes: [] };
    expect(await here.emit(change, [draft()])).toBe(false);
    expect(here.jobs).toEqual([]);
    expect(await waitingFor(here, "whe_1")).toEqual([]);
    await here.outbox.sweep();
    expect(here.jobs).toEqual([]);
  });

  it("wait in their order for each endpoint that wants them", async () => {
    const here = await start();
    await addEndpoint(here.store, "whe_1");
    await addEndpoint(here.store, "whe_2", { events: ["webhook.*"] });
    await addEndpoint(here.store, "whe_3", { enabled: false });
    await here.emit(UNCHANGED, [draft(), draft("webhook.unknown"), draft()]);
    const all = await waitingFor(here, "whe_1");
    expect(all).toHaveLength(3);
    expect(await waitingFor(here, "whe_2")).toMatchObject([
      { eventId: all[1]?.eventId, attempt: 1 },
    ]);
    expect(await waitingFor(here, "whe_3")).toEqual([]);
    const drains = here.jobs.filter(({ kind }) => kind === "drain").map(({ id }) => id);
    expect(drains.sort()).toEqual(["org_1.whe_1", "org_1.whe_2"]);
  });

  it("of one organization do not wait for another's endpoints", async () => {
    const here = await start();
    await addEndpoint(here.store, "whe_1");
    await here.emit(UNCHANGED, [draft("message.received", "org_2")]);
    expect(await waitingFor(here, "whe_1")).toEqual([]);
  });

  it("that are the host's own business reach listeners only", async () => {
    const here = await start();
    await addEndpoint(here.store, "whe_1");
    await here.emit(UNCHANGED, [draft("webhook.unrouted")]);
    expect(here.jobs).toMatchObject([{ kind: "event" }]);
    expect(await waitingFor(here, "whe_1")).toEqual([]);
  });

  it("are emitted though their jobs could not be added; the sweep adds them", async () => {
    const here = await start();
    await addEndpoint(here.store, "whe_1");
    here.faults.push(new Error("down"));
    expect(await here.emit(UNCHANGED, [draft()])).toBe(true);
    expect(here.jobs).toEqual([]);
    await here.outbox.sweep();
    expect(here.jobs.map(({ kind }) => kind)).toEqual(["event", "drain"]);
  });
});

describe("forwards", () => {
  const target = "org_1.relay-1-10";
  const forward = (id: string) => ({
    id,
    target,
    bytes: Buffer.from(`body of ${id}`),
    tenantIds: ["acme"],
  });
  const emitted = { ...UNCHANGED, forwards: [forward("fwd_1"), forward("fwd_2")] };

  it("are committed with their change, and wait for their target in order", async () => {
    const here = await start();
    await here.emit({ ...UNCHANGED, forwards: [forward("fwd_0")] }, [draft()]); // joins the logs
    here.commits.length = 0;
    const change = { ...emitted, writes: [{ key: "thing", value: 1 }] };
    expect(await here.emit(change, [draft()])).toBe(true);
    const [first = []] = here.commits;
    for (const prefix of ["thing", "forward:org_1:fwd_1", "event:", `log:deliveries.${target}:`]) {
      expect(
        first.some((key) => key.startsWith(prefix)),
        prefix,
      ).toBe(true);
    }
    const pending = await waitingFor(here, "relay-1-10");
    expect(pending.map(({ eventId }) => eventId)).toEqual(["fwd_0", "fwd_1", "fwd_2"]);
    expect(here.jobs).toContainEqual({ kind: "drain", id: target });
  });

  it("come into being once, and their change with them", async () => {
    const here = await start();
    await here.emit({ ...UNCHANGED, forwards: [forward("fwd_2")] }, []);
    expect(await here.emit(emitted, [draft()])).toBe(false);
    expect(await waitingFor(here, "relay-1-10")).toHaveLength(1);
    expect(await here.store.get("forward:org_1:fwd_1")).toBeUndefined();
  });

  it("are purged with the events of their time, and with their deliveries", async () => {
    const here = await start();
    await here.emit(emitted, []);
    const ids = (await waitingFor(here, "relay-1-10")).map(({ id }) => id);
    const keys = [
      "forward:org_1:fwd_1",
      "forward:org_1:fwd_2",
      ...ids.map((id) => `delivery:org_1:${id}`),
    ];
    const exist = async () => (await here.store.getMany(keys)).filter((one) => one).length;
    await here.store.commit({
      guards: [],
      writes: keys.slice(2).map((key) => ({ key, value: 1 })),
    });
    await here.history.purge({ events: NOW, deduplication: NOW }, () => true);
    expect(await exist()).toBe(4);
    await here.history.purge({ events: NOW + 1, deduplication: NOW }, () => true);
    expect(await exist()).toBe(0);
  });
});

it("a change without events is just committed", async () => {
  const here = await start();
  await here.emit({ guards: [], writes: [{ key: "thing", value: 1 }] }, []);
  expect(here.commits).toEqual([["thing"]]);
});
