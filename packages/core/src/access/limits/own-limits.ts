import type { App } from "../../app.ts";
import { type OwnLimits, readOrganization } from "../organizations/organization.ts";

/** For so long after they were read limits count as unchanged, in whatever process they were changed. */
const TRUSTED_MS = 1_000;
/** Beyond this many all are forgotten. */
const MOST_ORGANIZATIONS = 10_000;

/** What an organization has of its own of the hub's `limits`. @throws {Failure} `store_unavailable` */
export type FindOwnLimits = (organizationId: string) => Promise<OwnLimits | null>;

interface Known {
  readonly readAt: number;
  readonly limits: Promise<OwnLimits | null>;
}

/** Reads each organization's limits once a second at most. */
export function createOwnLimits({ store, clock }: Pick<App, "store" | "clock">): FindOwnLimits {
  const known = new Map<string, Known>();

  async function load(organizationId: string): Promise<OwnLimits | null> {
    return (await readOrganization(store, organizationId))?.value.limits ?? null;
  }

  function isTrusted({ readAt }: Known): boolean {
    const age = clock.now() - readAt;
    return age >= 0 && age < TRUSTED_MS;
  }

  return (organizationId) => {
    const before = known.get(organizationId);
    if (before && isTrusted(before)) return before.limits;
    if (known.size >= MOST_ORGANIZATIONS) known.clear();
    const limits = load(organizationId);
    known.set(organizationId, { readAt: clock.now(), limits });
    limits.catch(() => known.delete(organizationId));
    return limits;
  };
}
