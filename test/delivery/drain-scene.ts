import { keyvStore, newWriter, type Queue, type Store } from "@wabakit/core";
import { type FakeClock, fakeClock } from "@wabakit/testing";
import { Keyv } from "keyv";
import { createVault } from "../../packages/core/src/crypto/vault.ts";
import {
  type Delivery,
  deliveryKey,
  openBacklogs,
  type Pending,
} from "../../packages/core/src/delivery/delivery.ts";
import { createDirectory } from "../../packages/core/src/delivery/directory.ts";
import { drain } from "../../packages/core/src/delivery/drain.ts";
import {
  createEmit,
  type Emit,
  eventKey,
  openEmitted,
} from "../../packages/core/src/delivery/emit.ts";
import {
  type Endpoint,
  endpointKey,
  endpointRef,
} from "../../packages/core/src/delivery/endpoint.ts";
import { secretPlace } from "../../packages/core/src/delivery/endpoint-secret.ts";
import { openGates } from "../../packages/core/src/delivery/gate.ts";
import { openOutbox } from "../../packages/core/src/delivery/outbox.ts";
import { createRecentEvents } from "../../packages/core/src/delivery/recent-events.ts";
import { retrying } from "../../packages/core/src/delivery/retrying.ts";
import { DEFAULT_SCHEDULE_MS } from "../../packages/core/src/delivery/schedule.ts";
import { skipping } from "../../packages/core/src/delivery/skip-delivery.ts";
import type { EgressAnswer } from "../../packages/core/src/egress/answer.ts";
import type { EgressRequest } from "../../packages/core/src/egress/send.ts";
import type { EventDraft, EventType } from "../../packages/core/src/events.ts";
import { silentLogger } from "../../packages/core/src/logger.ts";
import { openJournal } from "../../packages/core/src/store/journal.ts";
import { commitStaged } from "../../packages/core/src/store/log.ts";
import type { Change, Stored } from "../../packages/core/src/store/store.ts";

/** A signing secret of one repeated byte. */
export function secretOf(byte: number): string {
  return `whsec_${Buffer.alloc(32, byte).toString("base64")}`;
}

/** An answer of the endpoint. */
export function status(code: number): EgressAnswer {
  return { outcome: "answered", status: code, headers: {}, excerpt: "", durationMs: 1 };
}

/** What the request looked like to the endpoint. */
export interface Sent {
  readonly eventId: string;
  readonly headers: EgressRequest["headers"];
  readonly body: string;
}

type Respond = (sent: Sent) => EgressAnswer | Promise<EgressAnswer>;

/** One endpoint, its backlog, and the job that drains it, over a store that a test may break. */
export interface DrainScene {
  readonly clock: FakeClock;
  readonly sent: readonly Sent[];
  /** Events that were emitted. */
  readonly told: readonly EventDraft[];
  readonly endpoint: Endpoint;
  readonly respond: (next: Respond) => void;
  /** Wraps the store of every later run; the scene's own writes are not affected. */
  readonly breakStore: (wrap: (store: Store) => Store) => void;
  /** Aborts the runs started from now on until `resume`. */
  readonly stopping: AbortController;
  readonly put: (endpoint: Endpoint | undefined) => Promise<void>;
  /** Adds deliveries as one page, in order. */
  readonly add: (...eventIds: readonly string[]) => Promise<void>;
  /** As `add`, of deliveries that share keys with others: `{ evt_1: ["a", "b"] }`. */
  readonly addOrdered: (keys: Readonly<Record<string, readonly string[]>>) => Promise<void>;
  readonly erase: (...eventIds: readonly string[]) => Promise<void>;
  /** Makes an event one of another type. */
  readonly rename: (eventId: string, type: EventType) => Promise<void>;
  /** Runs the job, in a process of its own when `signal` is another one than before. */
  readonly run: (signal?: AbortSignal) => Promise<{ readonly again: number } | undefined>;
  readonly retryNow: (eventId: string) => Promise<boolean>;
  readonly skip: (eventId: string) => Promise<boolean>;
  readonly record: (eventId: string) => Promise<Delivery | undefined>;
  /** Of every record there is. */
  readonly keys: () => Promise<readonly string[]>;
  readonly stored: <Value>(key: string) => Promise<Value | undefined>;
}

const ORGANIZATION = "org_1";
const NO_QUEUE: Queue = {
  atomicity: "process",
  add: async () => {},
  backlog: async () => ({ waiting: 0, earliestAt: null }),
  start: async () => {},
  stop: async () => {},
};

/** Delivery ids follow from event ids, so that a test can find the record. */
const deliveryOf = (eventId: string) => eventId.replace("evt_", "dlv_");

/** `secrets` are given as they are signed with, and stored sealed. */
export async function drainScene(overrides: Partial<Endpoint> = {}): Promise<DrainScene> {
  const rows = new Map<string, string>();
  const store = keyvStore(new Keyv({ store: rows }));
  await store.start();
  const clock = fakeClock();
  const vault = createVault([Buffer.alloc(32, 9)]);
  const stopping = new AbortController();
  const sent: Sent[] = [];
  const told: EventDraft[] = [];
  const gates = openGates(clock);
  let respond: Respond = () => status(200);
  let broken = store;

  const { secrets = [secretOf(1)], ...fields } = overrides;
  const place = secretPlace(ORGANIZATION, "whe_1");
  const endpoint: Endpoint = {
    id: "whe_1",
    organizationId: ORGANIZATION,
    url: "https://hooks.example.com/",
    events: ["*"],
    description: null,
    filter: null,
    enabled: true,
    disabledReason: null,
    concurrency: 1,
    rateLimit: null,
    ordered: false,
    signature: "standard",
    headers: null,
    secretEnds: [],
    secrets: secrets.map((secret) => vault.seal(secret, place)),
    createdAt: "2026-11-21T00:00:00.000Z",
    place: 0,
    ...fields,
  };
  const ref = endpointRef(endpoint);

  async function put(next: Endpoint | undefined) {
    const write = { key: endpointKey(ORGANIZATION, endpoint.id), value: next };
    await store.commit({ guards: [], writes: [write] });
  }

  const eventOf = (id: string, type: EventType = "message.received") => ({
    key: eventKey(ORGANIZATION, id),
    value: { id, type, organizationId: ORGANIZATION, data: { text: `of ${id}` } },
  });

  async function addPage(added: readonly Pick<Pending, "eventId" | "keys">[]) {
    // A writer of its own: the runs take every other one for dead.
    const backlog = openBacklogs({ store, writer: newWriter() })(ref);
    await backlog.fresh.join();
    const pending = added.map(({ eventId, ...rest }) => {
      return { id: deliveryOf(eventId), eventId, attempt: 1, dueAt: clock.now(), ...rest };
    });
    const writes = added.map(({ eventId }) => eventOf(eventId));
    await commitStaged(store, { guards: [], writes }, [backlog.fresh.stage(pending)]);
  }

  async function send({ headers, body }: EgressRequest): Promise<EgressAnswer> {
    const text = Buffer.from(body ?? []).toString();
    const request = { eventId: headers["webhook-id"] ?? "", headers, body: text };
    sent.push(request);
    return respond(request);
  }

  /** The parts of a process that tell what happens. */
  function telling(on: Store) {
    const log = { store: on, writer: newWriter() };
    const own = openBacklogs(log);
    const history = openEmitted(log);
    const emit = createEmit({
      ...log,
      clock,
      logger: silentLogger,
      outbox: openOutbox({ ...log, queue: NO_QUEUE }),
      backlogs: own,
      directory: createDirectory(on),
      recent: createRecentEvents(),
      journal: openJournal({ store: on, clock, history }),
      history,
    });
    const noting: Emit = async (change, drafts) => {
      const landed = await emit(change, drafts);
      if (landed) told.push(...drafts);
      return landed;
    };
    return { backlogs: own, emit: noting };
  }

  /** What the API does to a delivery, without its ids. */
  async function byHand(eventId: string, change: (stored: Stored<Delivery>) => Promise<Change>) {
    const stored = await store.get<Delivery>(deliveryKey(ORGANIZATION, deliveryOf(eventId)));
    return stored !== undefined && store.commit(await change(stored));
  }
  const own = () => ({
    organizationId: ORGANIZATION,
    clock,
    now: clock.now(),
    backlog: telling(store).backlogs(ref),
  });

  await put(endpoint);
  return {
    told,
    clock,
    sent,
    endpoint,
    stopping,
    put,
    respond: (next) => {
      respond = next;
    },
    breakStore: (wrap) => {
      broken = wrap(store);
    },
    add: (...eventIds) => addPage(eventIds.map((eventId) => ({ eventId }))),
    addOrdered: (keys) =>
      addPage(Object.entries(keys).map(([eventId, own]) => ({ eventId, keys: own }))),
    async erase(...eventIds) {
      const keys = eventIds.map((id) => eventKey(ORGANIZATION, id));
      const writes = keys.map((key) => ({ key, value: undefined }));
      await store.commit({ guards: [], writes });
    },
    rename: (id, type) => store.commit({ guards: [], writes: [eventOf(id, type)] }).then(() => {}),
    run(signal = stopping.signal) {
      const egress = { send, close: async () => {} };
      const judging = { egress, clock, random: () => 0.5, scheduleMs: DEFAULT_SCHEDULE_MS };
      const lastDeliveries = { note: () => [] };
      const job = drain({
        ...judging,
        lastDeliveries,
        store: broken,
        vault,
        metaApps: { find: async () => undefined },
        ...telling(broken),
        gates,
        stopping: signal,
      });
      return job(ref);
    },
    retryNow: (eventId) => byHand(eventId, (stored) => retrying(own(), [stored])),
    skip: (eventId) => byHand(eventId, (stored) => skipping(own(), stored)),
    async record(eventId) {
      const key = deliveryKey(ORGANIZATION, deliveryOf(eventId));
      return (await store.get<Delivery>(key))?.value;
    },
    async keys() {
      const all = [...rows.keys()].map((key) => key.replace(/^keyv:/, ""));
      const records = await store.getMany(all);
      return all.filter((_, index) => records[index] !== undefined);
    },
    stored: async (key) => (await store.get(key))?.value as never,
  };
}

/** Runs the job whenever it asks for it, until `at`. */
export async function runUntil(here: DrainScene, at: number): Promise<void> {
  let next = await here.run();
  while (next && next.again <= at) {
    await here.clock.advanceTo(Math.max(next.again, here.clock.now()));
    next = await here.run();
  }
  await here.clock.advanceTo(at);
}
