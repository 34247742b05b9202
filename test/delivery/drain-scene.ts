import { keyvStore, newWriter, type Store } from "@wabakit/core";
import { type FakeClock, fakeClock } from "@wabakit/testing";
import { Keyv } from "keyv";
import { createVault } from "../../packages/core/src/crypto/vault.ts";
import {
  type Delivery,
  deliveryKey,
  openBacklogs,
} from "../../packages/core/src/delivery/delivery.ts";
import { drain } from "../../packages/core/src/delivery/drain.ts";
import { eventKey } from "../../packages/core/src/delivery/emit.ts";
import {
  type Endpoint,
  endpointKey,
  endpointRef,
} from "../../packages/core/src/delivery/endpoint.ts";
import { secretPlace } from "../../packages/core/src/delivery/endpoint-secret.ts";
import { DEFAULT_SCHEDULE_MS } from "../../packages/core/src/delivery/schedule.ts";
import type { EgressAnswer } from "../../packages/core/src/egress/answer.ts";
import type { EgressRequest } from "../../packages/core/src/egress/send.ts";
import { commitStaged } from "../../packages/core/src/store/log.ts";

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
  readonly endpoint: Endpoint;
  readonly respond: (next: Respond) => void;
  /** Wraps the store of every later run; the scene's own writes are not affected. */
  readonly breakStore: (wrap: (store: Store) => Store) => void;
  /** Aborts the runs started from now on until `resume`. */
  readonly stopping: AbortController;
  readonly put: (endpoint: Endpoint | undefined) => Promise<void>;
  /** Adds deliveries as one page, in order. */
  readonly add: (...eventIds: readonly string[]) => Promise<void>;
  /** Runs the job, in a process of its own when `signal` is another one than before. */
  readonly run: (signal?: AbortSignal) => Promise<{ readonly again: number } | undefined>;
  readonly record: (eventId: string) => Promise<Delivery | undefined>;
  readonly stored: <Value>(key: string) => Promise<Value | undefined>;
}

const ORGANIZATION = "org_1";

/** Delivery ids follow from event ids, so that a test can find the record. */
const deliveryOf = (eventId: string) => eventId.replace("evt_", "dlv_");

/** `secrets` are given as they are signed with, and stored sealed. */
export async function drainScene(overrides: Partial<Endpoint> = {}): Promise<DrainScene> {
  const store = keyvStore(new Keyv());
  await store.start();
  const clock = fakeClock();
  const vault = createVault([Buffer.alloc(32, 9)]);
  const backlogs = openBacklogs({ store, writer: newWriter() });
  const stopping = new AbortController();
  const sent: Sent[] = [];
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

  async function send({ headers, body }: EgressRequest): Promise<EgressAnswer> {
    const text = Buffer.from(body ?? []).toString();
    const request = { eventId: headers["webhook-id"] ?? "", headers, body: text };
    sent.push(request);
    return respond(request);
  }

  await put(endpoint);
  return {
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
    async add(...eventIds) {
      const backlog = backlogs(ref);
      await backlog.fresh.join();
      const pending = eventIds.map((eventId) => ({
        id: deliveryOf(eventId),
        eventId,
        attempt: 1,
        dueAt: clock.now(),
      }));
      const events = eventIds.map((id) => ({
        key: eventKey(ORGANIZATION, id),
        value: { id, event: "message.received", data: { text: `of ${id}` } },
      }));
      const staged = backlog.fresh.stage(pending);
      await commitStaged(store, { guards: [], writes: events }, [staged]);
    },
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
        backlogs: openBacklogs({ store: broken, writer: newWriter() }),
        stopping: signal,
      });
      return job(ref);
    },
    async record(eventId) {
      const key = deliveryKey(ORGANIZATION, deliveryOf(eventId));
      return (await store.get<Delivery>(key))?.value;
    },
    stored: async (key) => (await store.get(key))?.value as never,
  };
}
