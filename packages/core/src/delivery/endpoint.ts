import type { AnyEvent } from "../events.ts";
import { type Index, openIndex, type Place } from "../store/index-pages.ts";
import { key } from "../store/key.ts";
import type { Store, Stored } from "../store/store.ts";
import { organizationOf, type TargetRef, targetIdOf } from "./target.ts";

/** Only events about these; an absent list lets all pass. */
export interface EndpointFilter {
  readonly tenantIds?: readonly string[] | undefined;
  readonly connectionIds?: readonly string[] | undefined;
  readonly wabaIds?: readonly string[] | undefined;
}

/** Where a customer of the host wants events, as it is stored. */
export interface Endpoint {
  readonly id: string;
  readonly organizationId: string;
  readonly url: string;
  /** Event types, `"*"`, or families like `"message.*"`. */
  readonly events: readonly string[];
  readonly description: string | null;
  readonly filter: EndpointFilter | null;
  readonly enabled: boolean;
  /** Why we stopped delivering by ourselves: the endpoint answered 410. */
  readonly disabledReason: "gone" | null;
  readonly concurrency: number;
  /** Sealed, newest first; all of them sign. */
  readonly secrets: readonly string[];
  readonly createdAt: string;
  /** In the index of its organization. */
  readonly place: Place;
}

/** Names an endpoint for whoever delivers to it. */
export function endpointRef({
  organizationId,
  id,
}: Pick<Endpoint, "organizationId" | "id">): TargetRef {
  return `${organizationId}.${id}`;
}

export function endpointIndex(store: Store, organizationId: string): Index {
  return openIndex(store, "endpoints", organizationId);
}

export function endpointKey(organizationId: string, id: string): string {
  return key("endpoint", organizationId, id);
}

export async function findEndpoint(
  store: Store,
  ref: TargetRef,
): Promise<Stored<Endpoint> | undefined> {
  return store.get<Endpoint>(endpointKey(organizationOf(ref), targetIdOf(ref)));
}

/** Whether an endpoint asked for an event. */
export function wants({ enabled, events, filter }: Endpoint, event: AnyEvent): boolean {
  return (
    enabled && events.some((pattern) => matches(pattern, event.event)) && passes(filter, event)
  );
}

function matches(pattern: string, type: string): boolean {
  if (pattern === "*" || pattern === type) return true;
  return pattern.endsWith(".*") && type.startsWith(pattern.slice(0, -1));
}

function passes(filter: EndpointFilter | null, { data }: AnyEvent): boolean {
  if (!filter) return true;
  const subject: Readonly<Record<string, unknown>> = { ...data };
  return (
    holds(filter.tenantIds, subject.tenantId) &&
    holds(filter.connectionIds, subject.connectionId) &&
    holds(filter.wabaIds, subject.wabaId)
  );
}

function holds(allowed: readonly string[] | undefined, value: unknown): boolean {
  return allowed === undefined || (typeof value === "string" && allowed.includes(value));
}
