import type { Clock } from "./clock.ts";

/** A clock that stands still until a test moves it. */
export function standingClock(): Clock & { readonly pass: (ms: number) => void } {
  let now = 1_000;
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  const due = () => [...timers].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)[0];
  return {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    pass(ms) {
      now += ms;
      for (let timer = due(); timer; timer = due()) {
        timers.delete(timer);
        timer.run();
      }
    },
  };
}
