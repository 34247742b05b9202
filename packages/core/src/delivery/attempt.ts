import type { Clock } from "../clock.ts";
import type { EgressAnswer } from "../egress/answer.ts";
import type { Egress } from "../egress/send.ts";
import type { Attempt } from "./delivery.ts";
import { nodeId } from "./node-id.ts";
import { delayBefore, readRetryAfter } from "./schedule.ts";
import type { Compose, Target } from "./target.ts";

const OVERLOADED: ReadonlySet<number> = new Set([429, 502, 504]);
const GONE = 410;

export interface AttemptParts {
  readonly egress: Egress;
  readonly clock: Clock;
  readonly random: () => number;
  readonly scheduleMs: readonly number[];
}

/** What an attempt means for its delivery. */
export interface Verdict {
  readonly attempt: Attempt;
  readonly status: "delivered" | "retrying" | "failed";
  /** Milliseconds since the epoch, while retrying. */
  readonly nextAttemptAt: number | undefined;
  /** The target said 410, and has ended with that. */
  readonly gone: boolean;
}

/** Sends once what `compose` writes, and judges the answer. Never rejects on account of the other side. */
export async function attempt(
  { egress, clock, random, scheduleMs }: AttemptParts,
  { url, canEnd }: Pick<Target, "url" | "canEnd">,
  { compose, number }: { readonly compose: Compose; readonly number: number },
): Promise<Verdict> {
  const startedAt = clock.now();
  const answer = await egress.send({ url, method: "POST", ...compose(startedAt) });
  const next = nextDelay(answer, number + 1, { now: clock.now(), random: random(), scheduleMs });
  const nextAttemptAt = next === undefined ? next : clock.now() + next;
  return judge(answer, { startedAt, nextAttemptAt, canEnd });
}

interface Circumstances {
  readonly startedAt: number;
  readonly nextAttemptAt: number | undefined;
  readonly canEnd: boolean;
}

function nextDelay(
  answer: EgressAnswer,
  next: number,
  { now, random, scheduleMs }: { now: number; random: number; scheduleMs: readonly number[] },
): number | undefined {
  if (answer.outcome === "failed") {
    const overloaded = answer.errorClass === "timeout";
    return delayBefore(next, { overloaded }, { random, scheduleMs });
  }
  const retryAfterMs = readRetryAfter(answer.headers.retryAfter, now);
  const overloaded = OVERLOADED.has(answer.status);
  return delayBefore(next, { overloaded, retryAfterMs }, { random, scheduleMs });
}

function judge(answer: EgressAnswer, { startedAt, nextAttemptAt, canEnd }: Circumstances): Verdict {
  const answered = answer.outcome === "answered";
  const httpStatus = answered ? answer.status : null;
  const attempt: Attempt = {
    at: new Date(startedAt).toISOString(),
    durationMs: Math.round(answer.durationMs),
    httpStatus,
    errorClass: answered ? null : answer.errorClass,
    excerpt: answered ? answer.excerpt : answer.message,
    node: nodeId(),
  };
  if (httpStatus !== null && httpStatus >= 200 && httpStatus < 300) {
    return { attempt, status: "delivered", nextAttemptAt: undefined, gone: false };
  }
  const gone = canEnd && httpStatus === GONE;
  const again = gone ? undefined : nextAttemptAt;
  return { attempt, status: again ? "retrying" : "failed", nextAttemptAt: again, gone };
}
