import {
  type AnyEvent,
  createHub,
  type Hub,
  type HubOptions,
  keyvStore,
  localQueue,
  newWriter,
  type Store,
  silentLogger,
} from "@wabakit/core";
import { type FakeClock, type FakeMeta, fakeClock, fakeMeta } from "@wabakit/testing";
import { Keyv } from "keyv";
import { onTestFinished, vi } from "vitest";
import { hubOptions } from "../spine/setting.ts";

export const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 60 * MINUTE_MS;

/** Events as the host of all hubs hears them; the same one heard again counts once. */
export interface Heard {
  readonly all: () => readonly AnyEvent[];
  /** Their names below `connection.`, in order. */
  readonly names: () => readonly string[];
}

/** Processes on one store, that come and go while time passes. */
export interface Nodes {
  readonly meta: FakeMeta;
  readonly clock: FakeClock;
  readonly store: Store;
  readonly heard: Heard;
  /** Starts so many hubs that all work, and gives the first one. */
  readonly start: (count?: number, options?: Partial<HubOptions>) => Promise<Hub>;
  /** Stops them all. Time that passes then passes for nobody. */
  readonly stop: () => Promise<void>;
  /** Stops, lets `days` pass, and starts so many hubs. */
  readonly sleep: (days: number, count?: number) => Promise<Hub>;
  /** Waits until so many events were heard, and looks whether there are more. */
  readonly hear: (count: number) => Promise<readonly string[]>;
}

export async function nodes(): Promise<Nodes> {
  const meta = await fakeMeta();
  const memory = keyvStore(new Keyv());
  await memory.start();
  // As a store that processes share: none of them starts or stops it.
  const store: Store = {
    ...memory,
    atomicity: "cluster",
    start: async () => {},
    stop: async () => {},
  };
  const clock = fakeClock();
  const base = { ...hubOptions(meta), store, clock };
  const events = new Map<string, AnyEvent>();
  let running: readonly Hub[] = [];

  async function start(count = 1, options: Partial<HubOptions> = {}) {
    const hubs = Array.from({ length: count }, () =>
      createHub({ ...base, queue: rivalQueue(store, clock), ...options }),
    );
    // One after the other, because the first one makes what they share.
    for (const hub of hubs) {
      hub.on("*", (event) => void events.set(event.id, event));
      await hub.start();
    }
    running = hubs;
    const [first] = hubs;
    if (!first) throw new Error("There is no hub.");
    return first;
  }

  async function stop() {
    await Promise.all(running.map((hub) => hub.stop()));
    running = [];
  }

  onTestFinished(async () => {
    await stop();
    await meta.close();
  });
  const all = () => [...events.values()];
  const names = () =>
    all().map(({ type: event }) => event.replace(/^connection\.(heartbeat\.)?/, ""));
  return {
    meta,
    clock,
    store,
    start,
    stop,
    heard: { all, names },
    async sleep(days, count) {
      await stop();
      await clock.advance(days * DAY_MS);
      return start(count);
    },
    async hear(count) {
      await vi.waitFor(() => {
        if (names().length < count) throw new Error(`Heard only ${names().join(", ")}.`);
      });
      return names();
    },
  };
}

/** A queue of one process that says it is shared, so that several work at once, worse than any real one. */
function rivalQueue(store: Store, clock: FakeClock) {
  const queue = localQueue({ store, writer: newWriter(), clock, logger: silentLogger });
  return { ...queue, atomicity: "cluster" as const };
}

/** Connects a number that is shared with the WhatsApp Business app. */
export async function connect(
  { meta }: Nodes,
  hub: Hub,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly connectionId: string; readonly phoneNumberId: string }> {
  const { isOnBizApp = true, ...input } = fields;
  const { wabaId } = meta.addWaba();
  const { phoneNumberId } = meta.addNumber({ wabaId, fields: { is_on_biz_app: isOnBizApp } });
  const accessToken = meta.issueToken({ wabaIds: [wabaId] });
  const { connection } = await hub.connections.connect({
    tenantId: "acme",
    phoneNumberId,
    accessToken,
    wabaId,
    ...input,
  });
  return { connectionId: connection.connectionId, phoneNumberId };
}
