import { byDeadline } from "../by-deadline.ts";
import type { Clock } from "../clock.ts";
import type { Handler } from "./message.ts";

/** A handler that can be waited for. */
export interface InFlight {
  readonly handle: Handler;
  /** Resolves when every request has its answer, or at the `deadline` (epoch ms). */
  readonly settled: (deadline: number) => Promise<void>;
}

/** Counts the requests a handler has not answered yet. */
export function trackInFlight(handle: Handler, clock: Clock): InFlight {
  let running = 0;
  let onIdle = () => {};

  return {
    async handle(request) {
      running += 1;
      try {
        return await handle(request);
      } finally {
        running -= 1;
        if (running === 0) onIdle();
      }
    },
    async settled(deadline) {
      if (running === 0) return;
      const idle = Promise.withResolvers<void>();
      onIdle = idle.resolve;
      await byDeadline(clock, deadline, idle.promise);
    },
  };
}
