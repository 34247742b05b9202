import type { Clock } from "./clock.ts";

/**
 * Waits for work to end, or for the `deadline` (epoch ms) if that comes first; the work goes on then.
 *
 * @throws What the work throws in time.
 */
export function byDeadline(clock: Clock, deadline: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.schedule(deadline, resolve);
    work.finally(cancel).then(() => resolve(), reject);
  });
}
