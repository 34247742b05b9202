/**
 * One operation on one record, as its client saw it. Values are unique per write, so that a value
 * stands for the version it was written with; `undefined` is the absent record.
 */
export interface Observation {
  readonly kind: "read" | "write";
  /** What was read; for a write, what its guard asked for, and `ANYTHING` without a guard. */
  readonly before: Value | typeof ANYTHING;
  /** What was written. */
  readonly after?: Value;
  /** `unknown`: it may have happened, now or at any later time. */
  readonly outcome: "done" | "refused" | "unknown";
  /** Points of one clock that all clients share. */
  readonly invokedAt: number;
  readonly returnedAt: number;
}

export const ANYTHING = Symbol("anything");
export type Value = number | undefined;

/**
 * Whether there is an order of the operations, each between its call and its return, in which one
 * client alone would have seen the same. Tries them all: for histories of a dozen operations.
 */
export function isLinearisable(history: readonly Observation[]): boolean {
  const dead = new Set<string>();

  function search(left: readonly Observation[], value: Value): boolean {
    if (left.every(({ outcome }) => outcome === "unknown")) return true;
    const state = `${value}|${left.map(({ invokedAt }) => invokedAt).join()}`;
    if (dead.has(state)) return false;
    dead.add(state);
    const firstReturn = Math.min(...left.map(endOf));
    return left.some((next) => {
      if (next.invokedAt > firstReturn || !fits(next, value)) return false;
      const rest = left.filter((other) => other !== next);
      return search(rest, next.outcome === "refused" ? value : effectOf(next, value));
    });
  }

  return search(history, undefined);
}

function endOf({ outcome, returnedAt }: Observation): number {
  return outcome === "unknown" ? Number.POSITIVE_INFINITY : returnedAt;
}

function fits({ before, outcome }: Observation, value: Value): boolean {
  const holds = before === ANYTHING || before === value;
  return outcome === "refused" ? !holds : holds;
}

function effectOf({ kind, after }: Observation, value: Value): Value {
  return kind === "write" ? after : value;
}
