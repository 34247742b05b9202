import type { Author } from "../../access/audit/audit-log.ts";
import type { EventDraft } from "../../events.ts";
import { isLive } from "../change/apply-change.ts";
import type { Intent } from "../change/intent.ts";
import { intentTimer } from "../change/intent-timer.ts";
import { withNumber } from "../change-number.ts";
import { confirmedAt, NO_HEARTBEAT } from "../timers/heartbeat-fields.ts";
import type { Timer } from "../timers/timers.ts";
import { timersFor } from "../timers/timers-for.ts";
import { tokenExpiredDrafts } from "../token/dead-token.ts";
import type { ConnectedNumber, Waba } from "../waba.ts";
import { endNumber, eventsOfStatus } from "./end-number.ts";
import { META_DISABLED, type Signal } from "./signal.ts";

/** An account, and those of its numbers that a signal is about. */
export interface Meant {
  readonly waba: Waba;
  readonly numbers: readonly ConnectedNumber[];
}

/** When Meta said it, by Meta's clock, and what time it is; milliseconds since the epoch. */
export interface SignalTimes {
  readonly toldAt: number;
  readonly now: number;
}

/** What a signal makes of an account. */
export interface SignalTurn {
  readonly waba: Waba;
  readonly drafts: readonly EventDraft[];
  /** To set before the account is committed. */
  readonly timers: readonly Timer[];
}

/**
 * What Meta's word makes of the numbers it is about; pure. Words come late and in any order: one that
 * is older than another about the same number changes nothing. Where numbers are back, what the account
 * wants of Meta is begun as an intent, since subscription and override may be gone.
 *
 * @returns `undefined` when nothing changes.
 */
export function applySignal(
  { waba, numbers }: Meant,
  signal: Signal,
  times: SignalTimes,
): SignalTurn | undefined {
  const meant = inScope(numbers, signal).filter(({ signalAt = 0 }) => times.toldAt >= signalAt);
  if (meant.length === 0) return undefined;
  const turns = meant.map((before) => ({ before, after: turned(before, signal, times) }));
  const isBack = turns.some(({ before, after }) => hasBegun(before, after));
  const armed = turns.map(({ before, after }) =>
    hasBegun(before, after) ? timersFor(waba, after, times.now) : { number: after, timers: [] },
  );
  const all = armed.reduce((account, { number }) => withNumber(account, number), waba);
  const isDead =
    signal.kind === "ended" && signal.reason === "app_uninstalled" && !waba.tokenDiedAt;
  const settling = isBack && waba.intent === null ? settlingFrom(waba, times.now) : undefined;
  return {
    waba: {
      ...all,
      ...(settling && { intent: settling }),
      ...(isDead && { tokenDiedAt: times.now }),
    },
    drafts: [
      ...(isDead ? tokenExpiredDrafts(waba) : []),
      ...turns.flatMap(({ before, after }) => eventsOfStatus(waba, before, after)),
    ],
    timers: [
      ...armed.flatMap(({ timers }) => timers),
      ...(settling ? [intentTimer(waba, times.now)] : []),
    ],
  };
}

/** What ended with the phone's app, and what comes back with it, leaves other numbers alone, if there are both. */
function inScope(numbers: readonly ConnectedNumber[], signal: Signal) {
  const isOfPhone = signal.kind === "returned" || (signal.kind === "ended" && signal.ofPhone);
  const shared = numbers.filter(({ connectionMode }) => connectionMode !== "cloud_api");
  return isOfPhone && shared.length > 0 ? shared : numbers;
}

function turned(number: ConnectedNumber, signal: Signal, times: SignalTimes): ConnectedNumber {
  const signalled = { ...number, signalAt: times.toldAt };
  if (signal.kind === "ended") {
    return isLive(number) ? endNumber(signalled, signal.reason, times.now) : signalled;
  }
  const fields = fieldsOf(number, signal, times.now);
  return fields ? { ...signalled, ...fields, updatedAt: times.now } : signalled;
}

function fieldsOf(
  number: ConnectedNumber,
  { kind }: Signal,
  now: number,
): Partial<ConnectedNumber> | undefined {
  if (kind === "returned" && !isLive(number)) return returned(number, now);
  if (kind === "disabled" && isInUse(number)) {
    return { status: "suspended", statusReason: META_DISABLED };
  }
  if (kind === "reinstated" && number.statusReason === META_DISABLED) return inUseAgain(number);
  return undefined;
}

/** Whoever brings a number back has just used its phone, and Meta shares its past once more. */
function returned(number: ConnectedNumber, now: number): Partial<ConnectedNumber> {
  return {
    ...inUseAgain(number),
    ...(number.connectionMode === "cloud_api" ? NO_HEARTBEAT : confirmedAt(now)),
    disconnectedAt: null,
    historySyncTriggeredAt: null,
    contactSyncTriggeredAt: null,
  };
}

/** The host's own suspension outlasts whatever Meta says. */
function inUseAgain({ billingSuspendedAt }: ConnectedNumber): Partial<ConnectedNumber> {
  return billingSuspendedAt === null
    ? { status: "active", statusReason: null }
    : { status: "suspended", statusReason: "billing_suspended" };
}

function isInUse({ status }: ConnectedNumber): boolean {
  return status === "active" || status === "suspended";
}

function hasBegun(before: ConnectedNumber, after: ConnectedNumber): boolean {
  return before.status !== "active" && after.status === "active";
}

const META: Author = { actor: "meta", requestId: null };

function settlingFrom({ webhook }: Waba, now: number): Intent {
  const seen = { subscribed: true, overrideUrl: webhook?.url ?? null };
  return { startedAt: now, author: META, change: { kind: "settle" }, seen };
}
