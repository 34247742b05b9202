import { z } from "zod";
import type { App } from "../app.ts";
import { Failure } from "../failure.ts";
import { isLive } from "./change/apply-change.ts";
import { isTenantOf, type Owner } from "./owned.ts";
import { readWaba, type Waba } from "./waba.ts";

/** An account as the API shows it. */
export const ShownWaba = z.strictObject({
  wabaId: z.string(),
  webhookUrl: z.string().nullable(),
  delivery: z.enum(["direct", "relay", "events"]),
  overrideScope: z.enum(["waba", "number"]),
  webhookState: z.enum(["none", "active", "refused", "removed"]),
  ordered: z.boolean(),
  connectionIds: z.array(z.string()),
});
export type ShownWaba = z.infer<typeof ShownWaba>;

/**
 * An account with at least one number of the caller's. Meta's ids are the same for every app, so of
 * several apps the first one that has it answers.
 *
 * @throws {Failure} `not_found` for an unknown id and for somebody else's alike, `store_unavailable`
 */
export async function findWaba(
  { store, metaApps }: Pick<App, "store" | "metaApps">,
  owner: Owner,
  wabaId: string,
): Promise<Waba> {
  const apps = await metaApps.usableBy(owner.organizationId);
  const found = await Promise.all(apps.map(({ appId }) => readWaba(store, appId, wabaId)));
  const waba = found.find((one) => one && isOwn(one.value, owner));
  if (!waba) throw new Failure("not_found");
  return waba.value;
}

function isOwn({ organizationId, numbers }: Waba, owner: Owner): boolean {
  if (organizationId !== owner.organizationId) return false;
  return numbers.some(({ tenantId }) => isTenantOf(owner, tenantId));
}

/** Only the caller's own connections are named. */
export function presentWaba(waba: Waba, owner: Owner): ShownWaba {
  const { wabaId, webhook, delivery, overrideScope } = waba;
  const own = waba.numbers.filter(isLive).filter(({ tenantId }) => isTenantOf(owner, tenantId));
  return {
    wabaId,
    webhookUrl: webhook?.url ?? null,
    delivery,
    overrideScope,
    webhookState: webhook?.state ?? "none",
    ordered: waba.ordered ?? false,
    connectionIds: own.map(({ connectionId }) => connectionId),
  };
}

/**
 * What is done to an account concerns all its tenants.
 *
 * @throws {Failure} `forbidden` when the caller acts for some of them only
 */
export function requireTenantsOf(waba: Waba, owner: Owner): void {
  const isForeign = waba.numbers
    .filter(isLive)
    .some(({ tenantId }) => !isTenantOf(owner, tenantId));
  if (!isForeign) return;
  throw new Failure(
    "forbidden",
    "The account also has numbers of tenants this API key is not for.",
  );
}
