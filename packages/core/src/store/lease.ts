import type { Clock } from "../clock.ts";
import { Failure } from "../failure.ts";
import type { Logger } from "../logger.ts";
import { key } from "./key.ts";
import { openLine } from "./line.ts";
import { hasEnded, type ProcessIdentity, thisProcess } from "./process-identity.ts";
import { newVersion } from "./record.ts";
import { openSightings, type Sightings } from "./sightings.ts";
import type { Guard, Store, Write } from "./store.ts";

const LEASE_MS = 30_000;
const BEATS_PER_LEASE = 3;
/** Who waits for longer than this gives up. */
const WAIT_MS = 10_000;
const LOOK_AGAIN_MS = 200;
const RETRY_AFTER_MS = 2_000;

/** What the holder of a lease has in hand. */
export interface Lease {
  /** For every commit of the holder: it loses once another one has taken over. */
  readonly guards: readonly Guard[];
  /** Asks, after a commit that lost. @throws {Failure} `store_unavailable` */
  readonly isHeld: () => Promise<boolean>;
}

/** The right to be the only one at something, by name. */
export interface Leases {
  /**
   * Calls `use` when nobody else holds the lease. A holder that was paused may go on without knowing
   * that another has taken over; its commits lose then.
   *
   * @throws {Failure} `connection_busy` after 10 seconds; what `use` throws; `store_unavailable`
   */
  readonly hold: <Result>(name: string, use: (lease: Lease) => Promise<Result>) => Promise<Result>;
}

export interface LeaseParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A holder that was not seen to live for this long has lost it; 30 seconds when left out. */
  readonly leaseMs?: number;
}

interface LeaseState extends LeaseParts {
  readonly leaseMs: number;
  readonly sightings: Sightings;
}

/** A lease as it was taken. */
interface Taken {
  readonly name: string;
  readonly guard: Guard;
}

export function openLeases(parts: LeaseParts): Leases {
  const leases = { leaseMs: LEASE_MS, ...parts, sightings: openSightings(parts.clock) };
  const line = openLine(parts.clock);
  const isShared = parts.store.atomicity === "cluster";
  return {
    async hold(name, use) {
      const giveUpAt = parts.clock.now() + WAIT_MS;
      const leaveLine = await line.enter(name, giveUpAt);
      if (!leaveLine) throw busy();
      try {
        return isShared ? await holdAmongAll({ leases, name, giveUpAt }, use) : await use(ALONE);
      } finally {
        leaveLine();
      }
    },
  };
}

/** Nobody outside of this process can take over. */
const ALONE: Lease = { guards: [], isHeld: async () => true };

interface Wish {
  readonly leases: LeaseState;
  readonly name: string;
  readonly giveUpAt: number;
}

async function holdAmongAll<Result>(wish: Wish, use: (lease: Lease) => Promise<Result>) {
  const { leases, name } = wish;
  const taken = { name, guard: await take(wish) };
  const stopBeating = keepBeating(leases, taken);
  try {
    return await use({ guards: [taken.guard], isHeld: () => isHeld(leases, taken) });
  } finally {
    stopBeating();
    await release(leases, taken);
  }
}

const fenceKey = (name: string) => key("lease", name);
const beatKey = (name: string) => key("lease", name, "beat");

function beatOf(name: string): Write {
  return { key: beatKey(name), value: thisProcess() };
}

async function take({ leases, name, giveUpAt }: Wish): Promise<Guard> {
  const holder = newVersion();
  for (;;) {
    const guard = await tryToTake(leases, name, holder);
    if (guard) return guard;
    const { now, schedule } = leases.clock;
    if (now() >= giveUpAt) throw busy();
    const again = Math.min(now() + Math.min(LOOK_AGAIN_MS, leases.leaseMs / 10), giveUpAt);
    await new Promise<void>((resolve) => schedule(again, resolve));
  }
}

/** Once it is free, or once its holder has given no sign of life for a lease time. */
async function tryToTake(leases: LeaseState, name: string, holder: string) {
  const { store, sightings, leaseMs } = leases;
  const [fence, beat] = await store.getMany<unknown>([fenceKey(name), beatKey(name)]);
  const seen = `${fence?.version} ${beat?.version}`;
  const isLeft = beat !== undefined && hasEnded(beat.value as ProcessIdentity);
  if (fence && !isLeft && sightings.unchangedFor(name, seen) < leaseMs) return undefined;
  const landed = await store.commit({
    guards: [
      { key: fenceKey(name), version: fence?.version },
      { key: beatKey(name), version: beat?.version },
    ],
    writes: [{ key: fenceKey(name), value: { holder } }, beatOf(name)],
  });
  if (!landed) return undefined;
  sightings.forget(name);
  const mine = await store.get<{ readonly holder: string }>(fenceKey(name));
  return mine?.value.holder === holder ? { key: fenceKey(name), version: mine.version } : undefined;
}

function keepBeating(leases: LeaseState, { name, guard }: Taken): () => void {
  const { clock, store, leaseMs, logger } = leases;
  let cancel = () => {};
  let isOver = false;
  const arm = () => {
    if (isOver) return;
    cancel = clock.schedule(clock.now() + leaseMs / BEATS_PER_LEASE, () => {
      store.commit({ guards: [guard], writes: [beatOf(name)] }).then(
        (holds) => holds && arm(),
        (error) => {
          logger.warn({ error, lease: name }, "a lease could not be renewed; trying again");
          arm();
        },
      );
    });
  };
  arm();
  return () => {
    isOver = true;
    cancel();
  };
}

async function isHeld({ store }: LeaseState, { guard }: Taken): Promise<boolean> {
  return (await store.get(guard.key))?.version === guard.version;
}

/** One that cannot be released lapses. */
async function release({ store, logger }: LeaseState, { name, guard }: Taken): Promise<void> {
  const writes = [fenceKey(name), beatKey(name)].map((at) => ({ key: at, value: undefined }));
  await store.commit({ guards: [guard], writes }).catch((error) => {
    logger.warn({ error, lease: name }, "a lease could not be released; it will lapse");
  });
}

function busy(): Failure {
  return new Failure("connection_busy", undefined, { retryAfterMs: RETRY_AFTER_MS });
}
