import type { ErrorClass } from "../egress/answer.ts";
import { type DueList, openDueList, type Timed } from "../store/due-list.ts";
import { key } from "../store/key.ts";
import { type Log, type LogParts, openLog } from "../store/log.ts";
import type { Store } from "../store/store.ts";
import type { EndpointRef } from "./endpoint.ts";

/** One try to deliver an event. */
export interface Attempt {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly durationMs: number;
  /** The endpoint's answer; `null` when there was none. */
  readonly httpStatus: number | null;
  /** Why there was none. */
  readonly errorClass: ErrorClass | null;
  /** The first 1 KiB of the answer, or what went wrong, for people. */
  readonly excerpt: string;
}

/** What became of an event at one endpoint; written with its first attempt. */
export interface Delivery {
  readonly id: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly status: "delivered" | "retrying" | "failed";
  readonly attempts: readonly Attempt[];
  /** ISO 8601, UTC, while retrying. */
  readonly nextAttemptAt: string | null;
}

/** A delivery that waits for its next attempt. */
export interface Pending extends Timed {
  readonly id: string;
  readonly eventId: string;
  /** Counts from 1. */
  readonly attempt: number;
}

/** What waits for one endpoint: new deliveries in order, retries by time. */
export interface Backlog {
  readonly fresh: Log<Pending>;
  readonly retries: DueList<Pending>;
}

export type Backlogs = (endpoint: EndpointRef) => Backlog;

/** One backlog object per endpoint and process, since a log numbers its pages. */
export function openBacklogs(parts: LogParts): Backlogs {
  const known = new Map<EndpointRef, Backlog>();
  return (endpoint) => {
    const backlog = known.get(endpoint) ?? {
      fresh: openLog<Pending>(parts, `deliveries.${endpoint}`),
      retries: openDueList<Pending>(parts.store, "deliveries", endpoint),
    };
    known.set(endpoint, backlog);
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
