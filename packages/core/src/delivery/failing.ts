import type { EventDraft } from "../events.ts";
import { key } from "../store/key.ts";
import type { Change, Store, Write } from "../store/store.ts";
import type { Attempt, Pending } from "./delivery.ts";
import type { Target } from "./target.ts";

/** A target that fails for so long is given up, if it can be. */
const GIVEN_UP_AFTER_MS = 120 * 60 * 60_000;
/** A delivery that has failed so often, over more than half an hour, makes its target one that fails. */
const TELLING_ATTEMPT = 4;

/** Since when every attempt at a target has failed; the record is there for as long as that is so. */
export interface Failing {
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Whether it was told. */
  readonly isTold: boolean;
}

/** An attempt, and what it means for the target. */
export interface Tried {
  readonly pending: Pending;
  readonly attempt: Attempt;
  readonly status: "delivered" | "retrying" | "failed";
  /** The target said that it has ended. */
  readonly gone: boolean;
  /** The breaker has opened. */
  readonly isCutOff: boolean;
}

/** What becomes of a target after an attempt. */
export interface Turn {
  readonly failing: Failing | undefined;
  /** Why it is disabled with this. */
  readonly ends: "gone" | "failing" | undefined;
  readonly drafts: readonly EventDraft[];
}

function failingKey(organizationId: string, targetId: string): string {
  return key("failing", organizationId, targetId);
}

/** Whether a target fails, and since when. @throws {Failure} `store_unavailable` */
export function readFailing(store: Store, { organizationId, id }: Named) {
  return store.get<Failing>(failingKey(organizationId, id));
}

/** For whoever enables an endpoint, or changes where it is: what was before counts no more. */
export function forgetFailing({ organizationId, id }: Named): Write {
  return { key: failingKey(organizationId, id), value: undefined };
}

type Named = Pick<Target, "organizationId" | "id">;

/** What an attempt makes of a target that failed before, or did not. */
export function turnAfter(target: Target, before: Failing | undefined, tried: Tried): Turn {
  if (tried.status === "delivered") {
    const drafts = before?.isTold ? [recovered(target, before)] : [];
    return { failing: undefined, ends: undefined, drafts };
  }
  const begun = before ?? { since: Date.parse(tried.attempt.at), isTold: false };
  const ends = endOf(target, begun, tried);
  if (ends) {
    return { failing: undefined, ends, drafts: [disabled(target, begun, { tried, reason: ends })] };
  }
  if (begun.isTold || !isTelling(tried)) return { failing: begun, ends, drafts: [] };
  const drafts = [failingDraft(target, begun, tried)];
  return { failing: { ...begun, isTold: true }, ends, drafts };
}

function endOf({ canEnd }: Target, { since }: Failing, { gone, attempt }: Tried): Turn["ends"] {
  if (gone) return "gone";
  const forMs = Date.parse(attempt.at) - since;
  return canEnd && forMs >= GIVEN_UP_AFTER_MS ? "failing" : undefined;
}

function isTelling({ isCutOff, pending, status }: Tried): boolean {
  return isCutOff || pending.attempt >= TELLING_ATTEMPT || status === "failed";
}

/** Of the record of a target, what changes with a turn. */
export function failingChange(
  { organizationId, id }: Named,
  version: string | undefined,
  failing: Failing | undefined,
): Change {
  const at = failingKey(organizationId, id);
  return { guards: [{ key: at, version }], writes: [{ key: at, value: failing }] };
}

/** What is told when a delivery is given up: nothing, where it told of deliveries itself. */
export function exhausted(target: Target, { pending, attempt }: Tried): EventDraft {
  const { id: deliveryId, eventId, attempt: attempts } = pending;
  const data = { deliveryId, eventId, attempts, lastError: errorOf(attempt) };
  const { organizationId } = target;
  const type = "delivery.exhausted";
  return { type, organizationId, data: { ...subjectOf(target), ...data } };
}

function failingDraft(target: Target, failing: Failing, tried: Tried): EventDraft {
  const { organizationId } = target;
  const type = "endpoint.failing";
  return { type, organizationId, data: failsData(target, failing, tried) };
}

function disabled(
  target: Target,
  failing: Failing,
  { tried, reason }: { readonly tried: Tried; readonly reason: "gone" | "failing" },
): EventDraft {
  const { organizationId } = target;
  const type = "endpoint.disabled";
  return { type, organizationId, data: { ...failsData(target, failing, tried), reason } };
}

function recovered(target: Target, { since }: Failing): EventDraft {
  const { organizationId } = target;
  const data = { ...subjectOf(target), since: new Date(since).toISOString() };
  return { type: "endpoint.recovered", organizationId, data };
}

function failsData(target: Target, { since }: Failing, { pending, attempt }: Tried) {
  const { id: deliveryId, eventId } = pending;
  return {
    ...subjectOf(target),
    since: new Date(since).toISOString(),
    deliveryId,
    eventId,
    lastError: errorOf(attempt),
  };
}

function subjectOf({ id, url, wabaId }: Target) {
  const nobody = { tenantId: null, connectionId: null, phoneNumberId: null, metadata: null };
  return { ...nobody, wabaId, endpointId: id, url };
}

function errorOf({ httpStatus, errorClass }: Attempt): string {
  return httpStatus === null ? (errorClass ?? "unknown") : `http_${httpStatus}`;
}
