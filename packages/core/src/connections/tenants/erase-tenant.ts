import { z } from "zod";
import { auditing, HOST } from "../../access/audit/audit-log.ts";
import type { App } from "../../app.ts";
import { Failure } from "../../failure.ts";
import type { JobHandler } from "../../queue/queue.ts";
import { joined } from "../../store/joined.ts";
import type { Change } from "../../store/store.ts";
import type { ChangeParts } from "../change/commit-change.ts";
import { disconnect } from "../connect/disconnect.ts";
import { listIndex } from "../listed.ts";
import { type Acting, isTenantOf } from "../owned.ts";
import { setTimers, TIMERS_JOB, type TimerHandler, tryAgain } from "../timers/timers.ts";
import { tenantConnectionIndex } from "../waba.ts";
import { type Tenant, tenantIndex, tenantKey } from "./tenant.ts";

const IDS_AT_ONCE = 128;

/** What asking for the end of a tenant answers; `tenant.deleted` tells when it has come. */
export const DeletedTenant = z.strictObject({
  tenantId: z.string(),
  status: z.literal("deleting"),
});
export type DeletedTenant = z.infer<typeof DeletedTenant>;

type DeleteParts = Pick<App, "store" | "clock" | "queue" | "logger" | "rootSecret">;

/**
 * Begins to disconnect a tenant's numbers and to erase everything we have of it. Nobody connects for it
 * meanwhile.
 *
 * @throws {Failure} `not_found` for an unknown tenant and for somebody else's alike
 */
export async function deleteTenant(
  parts: DeleteParts,
  acting: Acting,
  tenantId: string,
): Promise<DeletedTenant> {
  const { store, clock, queue, logger } = parts;
  const { organizationId, actor, requestId } = acting;
  const key = tenantKey(organizationId, tenantId);
  const timer = { kind: "erasure", id: timerId(organizationId, tenantId) } as const;
  let isMarked = false;
  while (!isMarked) {
    const stored = isTenantOf(acting, tenantId) ? await store.get<Tenant>(key) : undefined;
    if (!stored) throw new Failure("not_found");
    await setTimers(store, [{ ...timer, dueAt: clock.now() }]);
    const value: Tenant = { ...stored.value, deletingSince: clock.now() };
    const own: Change = {
      guards: [{ key, version: stored.version }],
      writes: [{ key, value }],
    };
    const entry = { organizationId, actor, requestId, action: "tenant.deleted" };
    const told = await auditing(parts, { ...entry, subject: { tenantId } });
    isMarked = await store.commit(joined(own, told));
  }
  await queue.add([TIMERS_JOB]).catch((error: unknown) => {
    logger.warn({ error }, "a job could not be added; the sweep will");
  });
  return { tenantId, status: "deleting" };
}

export interface EraseParts extends ChangeParts {
  /** Erases the bodies of events and deliveries about a tenant. */
  readonly eraseEvents: (whose: Whose) => Promise<void>;
  /** Erases its onboarding sessions, and ends their links. */
  readonly eraseSessions: (whose: Whose) => Promise<void>;
}

interface Whose {
  readonly organizationId: string;
  readonly tenantId: string;
}

/** The job that erases one tenant. */
const ERASE_JOB = "erase";

/** Sees to it that tenants whose end was asked for are erased. */
export function erasureTimers({
  store,
  clock,
  queue,
}: Pick<App, "store" | "clock" | "queue">): TimerHandler {
  return async (fired) => {
    const keys = fired.map(({ id }) => tenantKey(readId(id).organizationId, readId(id).tenantId));
    const tenants = await store.getMany<Tenant>(keys);
    const due = fired.filter((_, index) => tenants[index]?.value.deletingSince != null);
    return {
      next: due.map((timer) => tryAgain(timer, clock.now())),
      apply: () => queue.add(due.map(({ id }) => ({ kind: ERASE_JOB, id }))),
    };
  };
}

/**
 * The job that erases a tenant: its numbers first, then what was told of them, then the record. What
 * fails is tried again when the next timer comes round.
 */
export function eraseTenants(parts: EraseParts): JobHandler {
  return async (id) => {
    const whose = readId(id);
    const stored = await parts.store.get<Tenant>(tenantKey(whose.organizationId, whose.tenantId));
    if (stored?.value.deletingSince == null) return undefined;
    await erase(parts, whose).catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error;
      parts.logger.warn({ error, ...whose }, "a tenant could not be erased yet");
    });
    return undefined;
  };
}

async function erase(parts: EraseParts, whose: Whose): Promise<void> {
  const { organizationId, tenantId } = whose;
  const index = tenantConnectionIndex(parts.store, organizationId, tenantId);
  const acting = { organizationId, ...HOST };
  for (let left = await listIndex(index, IDS_AT_ONCE); left.length > 0; ) {
    for (const { id } of left) await disconnect(parts, acting, id);
    left = await listIndex(index, IDS_AT_ONCE);
  }
  await parts.eraseSessions(whose);
  await parts.eraseEvents(whose);
  await forget(parts, whose);
}

async function forget({ store, emit }: EraseParts, { organizationId, tenantId }: Whose) {
  const key = tenantKey(organizationId, tenantId);
  for (;;) {
    const stored = await store.get<Tenant>(key);
    if (!stored) return;
    const unlisting = await tenantIndex(store, organizationId).removing(
      tenantId,
      stored.value.place,
    );
    const own: Change = {
      guards: [{ key, version: stored.version }],
      writes: [{ key, value: undefined }],
    };
    const draft = { type: "tenant.deleted", organizationId, data: { tenantId } } as const;
    if (await emit(joined(own, unlisting), [draft])) return;
  }
}

/** Made of letters that a job's id may have, whatever the tenant's name is. */
function timerId(organizationId: string, tenantId: string): string {
  return Buffer.from(JSON.stringify([organizationId, tenantId])).toString("base64url");
}

function readId(id: string): Whose {
  // Written by `timerId`.
  const parts = JSON.parse(Buffer.from(id, "base64url").toString()) as [string, string];
  return { organizationId: parts[0], tenantId: parts[1] };
}
