import type { AnyEvent } from "../events.ts";
import { HOST_ONLY } from "../events.ts";
import { type Journal, journalPrefix, type Scope, type StagedPage } from "../store/journal.ts";
import type { Pending } from "./delivery.ts";
import { isRelayRef } from "./relay-target.ts";
import { organizationOf, type TargetRef, targetIdOf } from "./target.ts";

/** An event, as the journal of its organization tells of it: enough to be found by. */
export interface ToldEvent {
  readonly id: string;
  readonly type: string;
  readonly tenantId: string | null;
  readonly connectionId: string | null;
}

/** A delivery, as the journal of its endpoint tells of it, from before its first attempt on. */
export interface ToldDelivery {
  readonly id: string;
  readonly eventId: string;
}

/** What a journal of ours tells of. */
export type Told = ToldEvent | ToldDelivery;

/** What a commit tells the journals: events, and what each target has to get. */
export interface Telling {
  readonly events: readonly AnyEvent[];
  readonly pending: ReadonlyMap<TargetRef, readonly Pending[]>;
}

/** Events of an organization, but for those that are the host's own business. */
export function eventScope(organizationId: string): Scope {
  return ["events", organizationId];
}

/** Deliveries to an endpoint. */
export function deliveryScope(organizationId: string, endpointId: string): Scope {
  return ["deliveries", organizationId, endpointId];
}

/** Whether a record is of a journal of this organization. */
export function isToldOf(organizationId: string, recordKey: string): boolean {
  const scopes = [eventScope(organizationId), ["deliveries", organizationId]];
  return scopes.some((scope) => recordKey.startsWith(journalPrefix(scope)));
}

/** Which journals are told of it, for `join`. */
export function scopesOf(telling: Telling): readonly Scope[] {
  return pagesOf(telling).map(({ scope }) => scope);
}

/** The pages of a commit in the same turn. */
export function stagePages(journal: Journal, telling: Telling): readonly StagedPage[] {
  return pagesOf(telling).map(({ scope, entries }) => journal.stage(scope, entries));
}

interface Page {
  readonly scope: Scope;
  readonly entries: readonly Told[];
}

/** What goes on to an account's webhook is nobody's to list. */
function pagesOf({ events, pending }: Telling): readonly Page[] {
  const shown = events.filter(({ type }) => !HOST_ONLY.has(type));
  const byOrganization = Map.groupBy(shown, ({ organizationId }) => organizationId);
  const endpoints = [...pending].filter(([ref]) => !isRelayRef(ref));
  return [
    ...Array.from(byOrganization, ([organizationId, some]) => ({
      scope: eventScope(organizationId),
      entries: some.map(toldEvent),
    })),
    ...endpoints.map(([ref, list]) => ({
      scope: deliveryScope(organizationOf(ref), targetIdOf(ref)),
      entries: list.map(({ id, eventId }) => ({ id, eventId })),
    })),
  ];
}

function toldEvent({ id, type, data }: AnyEvent): ToldEvent {
  const { tenantId = null, connectionId = null }: Partial<Record<string, unknown>> = { ...data };
  return { id, type, tenantId: textOf(tenantId), connectionId: textOf(connectionId) };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
