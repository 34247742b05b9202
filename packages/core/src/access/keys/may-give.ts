import { Failure } from "../../failure.ts";
import { type Caller, SCOPES, type Scope } from "../../http/route.ts";
import type { Author } from "../audit/audit-log.ts";

/** Who acts: the sender of a request, or the host itself. */
export type Acting = Caller & Author;

/** What an API key may do, and until when. */
export interface Rights {
  readonly scopes: readonly Scope[];
  readonly tenantIds: readonly string[] | null;
  /** Epoch milliseconds. */
  readonly expiresAt: number | null;
}

/** The environment's own key alone has this one. */
const NEVER_GIVEN: Scope = "organizations:write";

const GIVEN = SCOPES.filter((scope) => scope !== "*" && scope !== NEVER_GIVEN);

/** The scopes behind those of an API key: `*` is all that can be given. */
export function grantedBy(scopes: readonly Scope[]): readonly Scope[] {
  return scopes.includes("*") ? GIVEN : scopes;
}

/** Whether somebody may do everything that an API key may, for at least as long. */
export function isWithin(caller: Caller, rights: Rights): boolean {
  return (
    hasScopes(caller, rights.scopes) &&
    isOfTenants(caller, rights.tenantIds) &&
    outlives(caller, rights.expiresAt)
  );
}

/** Whether all of these tenants are the caller's; `null` is every tenant. */
export function isOfTenants({ tenantIds }: Caller, wanted: readonly string[] | null): boolean {
  if (!tenantIds) return true;
  return wanted?.every((tenantId) => tenantIds.includes(tenantId)) === true;
}

/** @throws {Failure} `forbidden` for who acts for some tenants only: this is about all of them. */
export function requireAllTenants({ tenantIds }: Caller): void {
  if (!tenantIds) return;
  throw new Failure("forbidden", "The API key is for certain tenants only.");
}

function hasScopes({ scopes }: Caller, wanted: readonly Scope[]): boolean {
  if (wanted.includes(NEVER_GIVEN)) return false;
  return scopes.includes("*") || grantedBy(wanted).every((scope) => scopes.includes(scope));
}

function outlives({ expiresAt }: Caller, wanted: number | null): boolean {
  return expiresAt === undefined || (wanted !== null && wanted <= expiresAt);
}
