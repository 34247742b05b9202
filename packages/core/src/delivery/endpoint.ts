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

/**
 * How deliveries are signed: as Standard Webhooks says, and on top of that under names that begin with
 * `prefix`, by an HMAC of the body alone.
 */
export type SignatureForm = "standard" | { readonly format: "sha256-hex"; readonly prefix: string };

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
  /** It answered 410, it has failed for too long, or somebody asked for it. */
  readonly disabledReason: "gone" | "failing" | "requested" | null;
  readonly concurrency: number;
  /** How many deliveries may start in a second. */
  readonly rateLimit: number | null;
  /** Whether the events of a connection come in their order, each after the one before it. */
  readonly ordered: boolean;
  /** Sealed, newest first; all of them sign. */
  readonly secrets: readonly string[];
  /** When those after the first stop to sign, in their order: epoch milliseconds; without one they never do. */
  readonly secretEnds: readonly number[];
  readonly signature: SignatureForm;
  /** More headers of every delivery, as a JSON object, sealed. */
  readonly headers: string | null;
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

/** @throws {Failure} `store_unavailable` */
export async function findEndpoint(
  store: Store,
  ref: TargetRef,
): Promise<Stored<Endpoint> | undefined> {
  const stored = await store.get<StoredEndpoint>(endpointKey(organizationOf(ref), targetIdOf(ref)));
  return stored && { version: stored.version, value: readEndpoint(stored.value) };
}

type AddedLater = "rateLimit" | "ordered" | "secretEnds" | "signature" | "headers";

/** An endpoint as it may have been stored by an earlier version. */
export type StoredEndpoint = Omit<Endpoint, AddedLater> & Partial<Pick<Endpoint, AddedLater>>;

/** An endpoint with what its record does not say yet. */
export function readEndpoint(stored: StoredEndpoint): Endpoint {
  return {
    rateLimit: null,
    ordered: false,
    secretEnds: [],
    signature: "standard",
    headers: null,
    ...stored,
  };
}

/** Whether an endpoint asked for an event. What is about itself it would be told in vain. */
export function wants({ id, enabled, events, filter }: Endpoint, event: AnyEvent): boolean {
  if (!enabled || ("endpointId" in event.data && event.data.endpointId === id)) return false;
  return events.some((pattern) => matches(pattern, event.type)) && passes(filter, event);
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
