import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 10;

/** Asks until it is so, or until the time is up. @returns Whether it is so. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  timeoutMs: number,
  pollMs = POLL_MS,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) return false;
    await sleep(pollMs);
  }
  return true;
}
