import type { App } from "../../app.ts";
import type { ConnectionMode } from "../../events.ts";
import { Failure } from "../../failure.ts";
import type { JobHandler } from "../../queue/queue.ts";
import { changeNumber } from "../change-number.ts";
import { modeOf } from "../connect/grant.ts";
import { findByIds, type Located } from "../located.ts";
import { askAs } from "../token/ask-as.ts";
import type { ConnectedNumber } from "../waba.ts";
import { applyMode } from "./apply-mode.ts";
import { setTimers, type Timer, type TimerHandler } from "./timers.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Waiting times before Meta is asked again, after what was asked at once; then once a day. */
const WAITS_MS = [5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS];
const LATER_MS = 24 * HOUR_MS;

/** The job that asks Meta for one number's mode; its id is the connection's. */
const MODE_JOB = "mode";

type ResolveParts = Pick<App, "store" | "clock" | "emit" | "vault" | "metaApps" | "logger">;

/**
 * When to ask Meta next for a mode it has not told.
 *
 * @param now Milliseconds since the epoch.
 * @param attempt Counts from 1.
 * @returns No timer for a number whose mode is known, or that is not active.
 */
export function modeTimer(number: ConnectedNumber, now: number, attempt = 1): readonly Timer[] {
  if (!isOpen(number)) return [];
  return [{ kind: "mode", id: number.connectionId, dueAt: now + waitMs(attempt), attempt }];
}

function waitMs(attempt: number): number {
  return WAITS_MS[attempt - 1] ?? LATER_MS;
}

/** From when it was due, so that a repeat after a crash sets the same one; unless that has passed. */
function timerAfter(
  { attempt: last = 1, dueAt }: Timer,
  number: ConnectedNumber,
  now: number,
): readonly Timer[] {
  const attempt = last + 1;
  return modeTimer(number, dueAt + waitMs(attempt) > now ? dueAt : now, attempt);
}

/** Meta is slow at times, and other timers do not wait for it: the asking is done by jobs. */
export function modeTimers({
  store,
  clock,
  queue,
}: Pick<App, "store" | "clock" | "queue">): TimerHandler {
  return async (fired) => {
    const located = await findByIds(store, fired);
    const open = located.filter(({ number }) => isOpen(number));
    return {
      next: open.flatMap(({ name, number }) => timerAfter(name, number, clock.now())),
      apply: () => queue.add(open.map(({ name }) => ({ kind: MODE_JOB, id: name.id }))),
    };
  };
}

/**
 * The job that asks Meta for the mode of an unknown number, and records it with its event in one
 * commit. A number that Meta cannot tell of, also for want of a token that works, is asked for again
 * when its next timer comes round.
 *
 * @throws {Failure} `store_unavailable`
 */
export function resolveMode(parts: ResolveParts): JobHandler {
  return async (connectionId) => {
    const [located] = await findByIds(parts.store, [{ id: connectionId }]);
    if (!located || !isOpen(located.number)) return undefined;
    const mode = await askMeta(parts, located);
    if (mode !== "unknown") await record(parts, located, mode);
    return undefined;
  };
}

function isOpen({ status, connectionMode }: ConnectedNumber): boolean {
  return status === "active" && connectionMode === "unknown";
}

async function askMeta(
  parts: ResolveParts,
  { waba, number }: Located<unknown>,
): Promise<ConnectionMode> {
  const { phoneNumberId } = number;
  try {
    return await askAs(parts, waba, async ({ graph, token }) =>
      modeOf(await graph.getPhoneNumber({ phoneNumberId, token })),
    );
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { connectionId } = number;
    parts.logger.info({ error, connectionId }, "Meta did not tell a number's mode");
    return "unknown";
  }
}

async function record(
  parts: ResolveParts,
  { waba, number: { connectionId } }: Located<unknown>,
  mode: ConnectionMode,
): Promise<void> {
  const named = { owner: waba, connectionId };
  await changeNumber(parts, named, async (owned) => {
    const at = { waba: owned.waba.value, number: owned.number };
    if (!isOpen(at.number)) return undefined;
    const turn = applyMode(at, mode, parts.clock.now());
    await setTimers(parts.store, turn?.timers ?? []);
    return turn;
  }).catch(ignoreGone);
}

/** The connection was removed meanwhile: nothing is left to do. */
function ignoreGone(error: unknown): void {
  if (!(error instanceof Failure) || error.code !== "not_found") throw error;
}
