/** Time, so that tests can own it. */
export interface Clock {
  readonly now: () => number;
  /** @returns Calls it off. */
  readonly after: (ms: number, run: () => void) => () => void;
}

/** The clock of this device. */
export const browserClock: Clock = {
  now: Date.now,
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
