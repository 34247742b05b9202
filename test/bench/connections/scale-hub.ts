import {
  type Clock,
  createHub,
  type Hub,
  type HubOptions,
  type JobHandlers,
  keyvStore,
  localQueue,
  newWriter,
  type Queue,
  type Store,
  silentLogger,
  systemClock,
} from "@wabakit/core";
import type { Keyv } from "keyv";
import { openPlace, type Place } from "../../place.ts";
import { type Asked, countingStore } from "./counting-store.ts";
import type { MetaAtHand } from "./meta-at-hand.ts";

/** A database of so many connections, and what its hub needs. */
export interface Scale {
  readonly size: number;
  /** For how many rounds heartbeats come due. */
  readonly dueRounds: number;
  /** Milliseconds since the epoch: the first of them an hour later, and so on. */
  readonly startAt: number;
  readonly place: Place;
  /** 32 bytes in hex. */
  readonly secretKey: string;
  readonly meta: MetaAtHand;
}

const HOUR_MS = 60 * 60 * 1000;
const MINUTE_MS = 60_000;
/** A bench takes minutes, so that nothing comes due by itself before it is meant to. */
const SIDES = { before: -30 * MINUTE_MS, after: MINUTE_MS } as const;

/** When the heartbeats of a round come due. */
export function dueAtOf({ startAt }: Pick<Scale, "startAt">, round: number): number {
  return startAt + (round + 1) * HOUR_MS;
}

/** A running hub on a database, its clock in our hands. */
export interface ScaleHub {
  readonly hub: Hub;
  readonly store: Store;
  readonly keyv: Keyv;
  /** Moves the clock to just before, or after, the time at which a round's heartbeats come due. */
  readonly moveTo: (round: number, side: keyof typeof SIDES) => void;
  /** Runs the job of the timers once. */
  readonly runTimers: () => Promise<unknown>;
  /** How often a heartbeat was told to be due soon. */
  readonly toldDue: () => number;
  /** Since it was asked last. */
  readonly asked: () => Asked;
  /** Resolves when nothing was asked of the store for a while. */
  readonly quiet: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function openScaleHub(
  scale: Scale,
  roles: HubOptions["roles"] = undefined,
): Promise<ScaleHub> {
  const keyv = openPlace(scale.place);
  const { store, asked, quiet } = countingStore(keyvStore(keyv));
  const { clock, moveBy } = movableClock();
  const parts = { store, writer: newWriter(), clock, logger: silentLogger };
  const { queue, handlers } = knownHandlers(localQueue(parts));
  const { graphUrl, appId, appSecret } = scale.meta;
  const hub = createHub({
    store,
    queue,
    clock,
    secretKeys: [Buffer.from(scale.secretKey, "hex")],
    publicUrl: "https://app.example.com",
    meta: { appId, appSecret, verifyToken: "unused", graphUrl },
    roles,
    limits: { reads: false, writes: false, metaLookups: false },
    allowPrivateNetwork: true,
  });
  let told = 0;
  hub.on("connection.heartbeat.due_soon", () => {
    told += 1;
  });
  await hub.start();
  return {
    hub,
    store,
    keyv,
    moveTo: (round, side) => moveBy(dueAtOf(scale, round) + SIDES[side] - clock.now()),
    toldDue: () => told,
    runTimers: async () => handlers().timers?.("timers"),
    asked,
    quiet,
    async close() {
      await hub.stop();
      await keyv.disconnect();
    },
  };
}

/** The machine's clock, moved; timers that run already come when they would have come. */
function movableClock() {
  let aheadMs = 0;
  const clock: Clock = {
    now: () => systemClock.now() + aheadMs,
    schedule: (at, task) => systemClock.schedule(at - aheadMs, task),
  };
  const moveBy = (ms: number) => {
    aheadMs += ms;
  };
  return { clock, moveBy };
}

function knownHandlers(inner: Queue) {
  let handlers: JobHandlers = {};
  const queue: Queue = {
    ...inner,
    start(given) {
      handlers = given;
      return inner.start(given);
    },
  };
  return { queue, handlers: () => handlers };
}
