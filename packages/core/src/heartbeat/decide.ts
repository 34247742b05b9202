import {
  heartbeatDueAt,
  heartbeatStatus,
  type Moment,
} from "../connections/timers/heartbeat-fields.ts";
import type { ConnectedNumber } from "../connections/waba.ts";

const REMINDER_PAUSE_MS = 24 * 60 * 60 * 1000;

/** What is told of a heartbeat, as its events are called. */
export type Told = "due_soon" | "overdue" | "reminder";

/** What is to be told of a heartbeat now, and when to look again. */
export interface Decision {
  readonly told: readonly Told[];
  /** The number, knowing what was told. */
  readonly number: ConnectedNumber;
  /** Milliseconds since the epoch. */
  readonly nextAt: number;
}

/**
 * What a heartbeat's state asks for. Each state is told once in a period, only the newest one when
 * others were slept through; a reminder comes with it, and again every 24 hours for as long as it lasts.
 *
 * @returns `undefined` where no heartbeat applies.
 */
export function decide(number: ConnectedNumber, moment: Moment): Decision | undefined {
  const dueAt = heartbeatDueAt(number);
  if (dueAt === null) return undefined;
  const { heartbeatAnnounced: announced, heartbeatReminderSentAt: remindedAt } = number;
  const status = heartbeatStatus(number, moment);
  const turn = turnOf(status, announced);
  const isReminding =
    status !== "OK" && (remindedAt === null || moment.now - remindedAt >= REMINDER_PAUSE_MS);
  const after = {
    ...number,
    heartbeatAnnounced: turn ?? announced,
    heartbeatReminderSentAt: isReminding ? moment.now : remindedAt,
  };
  return {
    told: [...(turn ? [turn] : []), ...(isReminding ? (["reminder"] as const) : [])],
    number: after,
    nextAt: nextAt(after, dueAt, moment),
  };
}

function turnOf(
  status: ReturnType<typeof heartbeatStatus>,
  announced: ConnectedNumber["heartbeatAnnounced"],
): "due_soon" | "overdue" | null {
  if (status === "OVERDUE") return announced === "overdue" ? null : "overdue";
  return status === "DUE_SOON" && announced === null ? "due_soon" : null;
}

/** After what is to be told was told this is always later than now, however the clock was set. */
function nextAt(
  { heartbeatAnnounced: announced, heartbeatReminderSentAt: remindedAt }: ConnectedNumber,
  dueAt: number,
  { now, dueSoonLeadMs }: Moment,
): number {
  if (announced === null) return dueAt - dueSoonLeadMs;
  const reminderAt = (remindedAt ?? now) + REMINDER_PAUSE_MS;
  return announced === "overdue" ? reminderAt : Math.min(reminderAt, dueAt);
}
