import { siblingIds } from "../crypto/ids.ts";
import { type AnyEvent, HOST_ONLY } from "../events.ts";
import type { Pending } from "./delivery.ts";
import type { Directory } from "./directory.ts";
import { type Endpoint, endpointRef, wants } from "./endpoint.ts";
import type { TargetRef } from "./target.ts";

/** What each target has to get, in order. */
export type PendingByTarget = Map<TargetRef, Pending[]>;

/** What is to go somewhere: an event, or what is forwarded. */
export interface Addressed {
  readonly id: string;
  readonly target: TargetRef;
  /** What it shares with others is delivered in order. */
  readonly keys?: readonly string[] | undefined;
}

interface PlanParts {
  readonly directory: Directory;
  /** Epoch milliseconds. */
  readonly dueAt: number;
}

/** What each endpoint has to get, in the order of the events. */
export async function planDeliveries(
  { directory, dueAt }: PlanParts,
  events: readonly AnyEvent[],
): Promise<PendingByTarget> {
  const outgoing = events.filter(({ type }) => !HOST_ONLY.has(type));
  const organizations = [...new Set(outgoing.map(({ organizationId }) => organizationId))];
  const endpoints = (await Promise.all(organizations.map(directory))).flat();
  const plans = endpoints.map((endpoint): [TargetRef, Pending[]] => {
    const wanted = outgoing.filter(
      (event) => event.organizationId === endpoint.organizationId && wants(endpoint, event),
    );
    const nextId = siblingIds("dlv_");
    const first = (event: AnyEvent) => {
      const about = { eventId: event.id, keys: orderKeys(endpoint, event) };
      return firstAttempt(nextId(), about, dueAt);
    };
    return [endpointRef(endpoint), wanted.map(first)];
  });
  return new Map(plans.filter(([, pending]) => pending.length > 0));
}

/** Adds what goes somewhere by name. No endpoint is named as an account's webhook is, so the two never meet. */
export function planAddressed(
  pending: PendingByTarget,
  addressed: readonly Addressed[],
  dueAt: number,
): void {
  const nextId = siblingIds("dlv_");
  for (const { id: eventId, target, keys } of addressed) {
    const list = pending.get(target) ?? [];
    list.push(firstAttempt(nextId(), { eventId, keys }, dueAt));
    pending.set(target, list);
  }
}

/** The events of a connection are what an endpoint can want in order. */
export function orderKeys({ ordered }: Endpoint, { data }: AnyEvent): readonly string[] {
  const connectionId = ordered && "connectionId" in data ? data.connectionId : null;
  return connectionId === null ? [] : [connectionId];
}

function firstAttempt(
  id: string,
  { eventId, keys = [] }: { readonly eventId: string } & Pick<Addressed, "keys">,
  dueAt: number,
): Pending {
  const pending = { id, eventId, attempt: 1, dueAt };
  return keys.length > 0 ? { ...pending, keys } : pending;
}
