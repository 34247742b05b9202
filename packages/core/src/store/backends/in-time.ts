/** How long to wait for a back end. */
export interface Deadlines {
  readonly connectMs: number;
  /** An answer that takes longer counts as none: callers answer 503 and the other side tries again. */
  readonly answerMs: number;
}

export const DEADLINES: Deadlines = { connectMs: 5_000, answerMs: 10_000 };

/** A back end that did not answer in time. What was asked may still happen. */
export interface Late {
  readonly late: true;
}

/** @throws {Error} With `late: true` once the promise has taken longer. */
export async function inTime<Value>(promise: Promise<Value>, longestMs: number): Promise<Value> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late(longestMs)), longestMs);
  return Promise.race([promise, tooLate]).finally(() => clearTimeout(timer));
}

export function isLate(error: unknown): boolean {
  return error instanceof Error && "late" in error;
}

function late(longestMs: number): Error & Late {
  const error = new Error(`The back end did not answer within ${longestMs} ms.`);
  return Object.assign(error, { late: true } as const);
}
