import type { Clock } from "../clock.ts";
import { type Breaker, createBreaker } from "./breaker.ts";
import { createPace, type Pace } from "./pace.ts";
import type { Target, TargetRef } from "./target.ts";

/** For so long a drain waits for its target's next turn; for more it gives its worker back. */
const LONGEST_WAIT_MS = 1_000;
/** Of so many targets it is remembered how they do. */
const REMEMBERED = 10_000;
/** Of the drains at work so many may be for targets whose newest attempt failed; the rest is for others. */
const SUSPECTS_AT_WORK = 256;
const NO_ROOM_PAUSE_MS = 1_000;

/** What decides when a target gets its next attempt. In memory: one drain at a time is at work on it. */
export interface Gate {
  readonly breaker: Breaker;
  readonly pace: Pace;
}

/** The gates of this process. */
export interface Gates {
  readonly of: (ref: TargetRef) => Gate;
  /**
   * Runs a drain of a target, unless too many are at work on targets that fail.
   *
   * @returns What the drain returns, or when to try again.
   */
  readonly enter: <Result>(ref: TargetRef, run: () => Promise<Result>) => Promise<Result | Again>;
  /** How many targets get no attempts now, or only one. */
  readonly open: () => number;
}

/** Epoch ms. */
interface Again {
  readonly again: number;
}

/** No target is known yet. */
export function openGates(clock: Pick<Clock, "now">): Gates {
  const known = new Map<TargetRef, Gate>();
  let suspects = 0;
  const of = (ref: TargetRef) => {
    const gate = known.get(ref) ?? { breaker: createBreaker(), pace: createPace() };
    known.delete(ref); // so that it goes to the end
    known.set(ref, gate);
    const [oldest] = known.keys();
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
    return gate;
  };
  return {
    of,
    async enter(ref, run) {
      if (!of(ref).breaker.isSuspect()) return run();
      if (suspects >= SUSPECTS_AT_WORK) return { again: clock.now() + NO_ROOM_PAUSE_MS };
      suspects += 1;
      return run().finally(() => {
        suspects -= 1;
      });
    },
    open() {
      const states = [...known.values()].map(({ breaker }) => breaker.state(clock.now()));
      return states.filter((state) => state !== "closed").length;
    },
  };
}

interface PassParts {
  readonly clock: Clock;
  readonly gate: Gate;
  readonly target: Pick<Target, "rateLimit">;
  readonly stopping: AbortSignal;
}

/**
 * Waits until an attempt may be made, if that is soon.
 *
 * @returns When to come again (epoch ms), if it is not; `undefined` to go ahead.
 */
export async function pass(parts: PassParts): Promise<Again | undefined> {
  const { clock, gate, target } = parts;
  if (target.rateLimit === null) return whileOpen(parts);
  const now = clock.now();
  const at = gate.pace.next(now);
  if (at - now > LONGEST_WAIT_MS) return whileOpen(parts) ?? { again: at };
  gate.pace.take(at, target.rateLimit);
  await until(parts, at);
  return whileOpen(parts);
}

function whileOpen({ clock, gate: { breaker } }: PassParts): Again | undefined {
  const isOpen = breaker.state(clock.now()) === "open";
  return isOpen ? { again: breaker.opensUntil() } : undefined;
}

/** Ends at once when the hub stops. */
function until({ clock, stopping }: PassParts, at: number): Promise<void> {
  if (at <= clock.now() || stopping.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.schedule(at, resolve);
  const wake = () => resolve();
  stopping.addEventListener("abort", wake, { once: true });
  return promise.finally(() => {
    cancel();
    stopping.removeEventListener("abort", wake);
  });
}
