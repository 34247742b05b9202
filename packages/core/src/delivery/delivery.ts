import type { ErrorClass } from "../egress/answer.ts";
import { type DueList, openDueList, type Timed } from "../store/due-list.ts";
import { key } from "../store/key.ts";
import { type Log, type LogParts, openLog } from "../store/log.ts";
import type { Store } from "../store/store.ts";
import { type Lines, openLines } from "./lines.ts";
import type { TargetRef } from "./target.ts";

/** One try to deliver an event, or to forward a notification. */
export interface Attempt {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly durationMs: number;
  /** The other side's answer; `null` when there was none. */
  readonly httpStatus: number | null;
  /** Why there was none. */
  readonly errorClass: ErrorClass | null;
  /** The first 1 KiB of the answer, or what went wrong, for people. */
  readonly excerpt: string;
  /** Which process has made it; older records do not say. */
  readonly node?: string;
}

/** What became of an event, or of a forward, at one target; written with its first attempt. */
export interface Delivery {
  readonly id: string;
  /** The target's id. */
  readonly endpointId: string;
  /** The id of the event, or of the forward. */
  readonly eventId: string;
  readonly status: "delivered" | "retrying" | "failed";
  readonly attempts: readonly Attempt[];
  /** ISO 8601, UTC, while retrying. */
  readonly nextAttemptAt: string | null;
  /** As those of the entry that waits. */
  readonly keys?: readonly string[];
}

/** A delivery that waits for its next attempt. */
export interface Pending extends Timed {
  readonly id: string;
  /** The id of the event, or of the forward. */
  readonly eventId: string;
  /** Counts from 1. */
  readonly attempt: number;
  /** When it was first due, in epoch milliseconds; absent before the first attempt. */
  readonly emittedAt?: number;
  /** What it shares with others is delivered in order; absent where none is kept. */
  readonly keys?: readonly string[];
}

/** What waits for one target: new deliveries in order, retries by time, and who waits for others. */
export interface Backlog {
  readonly fresh: Log<Pending>;
  readonly retries: DueList<Pending>;
  readonly lines: Lines;
}

export type Backlogs = (target: TargetRef) => Backlog;

/** One backlog object per target and process, since a log numbers its pages. */
export function openBacklogs(parts: LogParts): Backlogs {
  const known = new Map<TargetRef, Backlog>();
  return (target) => {
    const backlog = known.get(target) ?? {
      fresh: openLog<Pending>(parts, `deliveries.${target}`),
      retries: openDueList<Pending>(parts.store, "deliveries", target),
      lines: openLines(parts.store, target),
    };
    known.set(target, backlog);
    return backlog;
  };
}

export function deliveryKey(organizationId: string, id: string): string {
  return key("delivery", organizationId, id);
}

/** The records of deliveries, where they have been attempted already. */
export function readDeliveries(store: Store, organizationId: string, ids: readonly string[]) {
  return store.getMany<Delivery>(ids.map((id) => deliveryKey(organizationId, id)));
}
