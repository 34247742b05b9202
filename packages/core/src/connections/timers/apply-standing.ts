import { type Awaited, awaitedOf, isAwaited, type Standing } from "../awaited.ts";
import { subjectOf } from "../change-number.ts";
import { modeOf } from "../connect/grant.ts";
import type { ConnectedNumber, Waba } from "../waba.ts";
import { applyMode, type ModeTurn } from "./apply-mode.ts";
import { timersFor } from "./timers-for.ts";

interface At {
  readonly waba: Waba;
  readonly number: ConnectedNumber;
}

/**
 * What a number becomes by what Meta says of it: its mode, and whether anything has still to be done
 * before it is active.
 *
 * @param now Milliseconds since the epoch.
 * @returns `undefined` when nothing changes.
 */
export function applyStanding(at: At, phone: Standing, now: number): ModeTurn | undefined {
  const mode = applyMode(at, modeOf(phone), now);
  const turned = { ...at, number: mode?.number ?? at.number };
  const progress = applyProgress(turned, awaitedOf(phone), now);
  if (!mode || !progress) return mode ?? progress;
  return {
    number: progress.number,
    timers: [...mode.timers, ...progress.timers],
    drafts: [...mode.drafts, ...progress.drafts],
  };
}

/** Only a number that waits for Meta moves on; what it waits for may change, too. */
function applyProgress(at: At, awaits: Awaited | null, now: number): ModeTurn | undefined {
  const { waba, number } = at;
  if (!isAwaited(number) || number.statusReason === awaits) return undefined;
  if (awaits) {
    return { number: { ...number, statusReason: awaits, updatedAt: now }, timers: [], drafts: [] };
  }
  const active = { ...number, status: "active", statusReason: null, updatedAt: now } as const;
  const data = { ...subjectOf(waba, active), from: number.status, to: active.status, reason: null };
  const { organizationId } = waba;
  return {
    ...timersFor(waba, active, now),
    drafts: [{ type: "connection.status_changed", organizationId, data }],
  };
}
