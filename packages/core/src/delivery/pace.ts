const SECOND_MS = 1_000;
/** What a late timer may make up for: a second of attempts is exceeded by no more than this part of it. */
const CREDIT_MS = 50;

/** Spreads the starts of attempts evenly, so that no second sees more than 5 % beyond the limit. */
export interface Pace {
  /** The earliest instant (epoch ms) at which one more may start. */
  readonly next: (now: number) => number;
  /** One starts at an instant that `next` gave. */
  readonly take: (at: number, perSecond: number) => void;
}

/** Nothing has started yet. */
export function createPace(): Pace {
  let free = Number.NEGATIVE_INFINITY;
  return {
    next: (now) => Math.max(now, free),
    take(at, perSecond) {
      const isLate = at - free <= CREDIT_MS;
      free = (isLate ? free : at) + SECOND_MS / perSecond;
    },
  };
}
