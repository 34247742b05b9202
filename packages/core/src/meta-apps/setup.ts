import { z } from "zod";
import { auditing } from "../access/audit/audit-log.ts";
import { type Acting, requireAllTenants } from "../access/keys/may-give.ts";
import type { App } from "../app.ts";
import { NEEDED_FIELDS, placeOf } from "../connections/health/judge-routing.ts";
import { Failure } from "../failure.ts";
import type { AppSubscription, AppSubscriptionWish } from "../meta/app-subscription.ts";
import type { MetaApp } from "../meta-app.ts";
import { TRUSTED_MS } from "./known-meta-apps.ts";
import { type Owner, requireUsable } from "./own-meta-app.ts";

/** What Meta has to have of an app, against what it has. */
export const MetaAppSetup = z.strictObject({
  callbackUrl: z.strictObject({
    ours: z.string(),
    /** Without its query; `null` when it has none. */
    atMeta: z.string().nullable(),
  }),
  fields: z.strictObject({
    /** Those that we need and Meta does not send. */
    missing: z.array(z.string()),
    /** Those that Meta sends without need; they do no harm. */
    extra: z.array(z.string()),
  }),
  /** `false` where Meta has switched the app's webhooks off, or there are none. */
  active: z.boolean(),
  /** Nothing is left to do. */
  isComplete: z.boolean(),
});
export type MetaAppSetup = z.infer<typeof MetaAppSetup>;

const NEEDED = NEEDED_FIELDS.map(({ field }) => field);

type SetupParts = Pick<App, "store" | "metaApps">;

/**
 * Holds what an app needs against what Meta has.
 *
 * @throws {Failure} `not_found`, `store_unavailable`, and Meta's refusals
 */
export async function getSetup(parts: SetupParts, owner: Owner, id: string): Promise<MetaAppSetup> {
  return askSetup(await requireUsable(parts, owner, id));
}

/**
 * Sets the app's callback and its fields at Meta, which checks the callback before it answers, so this
 * program has to be reachable under its `publicUrl`. Fields that somebody has added stay.
 *
 * @throws {Failure} `not_found`; `webhook_subscribe_failed` when Meta's check did not pass; `forbidden`;
 *   `meta_outcome_unknown`, after which it may be repeated; `store_unavailable`; Meta's refusals
 */
export async function setUp(
  parts: SetupParts & Pick<App, "clock" | "rootSecret">,
  caller: Acting,
  id: string,
): Promise<MetaAppSetup> {
  requireAllTenants(caller);
  const app = await requireUsable(parts, caller, id);
  const { fields } = await askSetup(app);
  const wanted = [...NEEDED, ...fields.extra];
  const { receiverUrl: callbackUrl, verifyToken } = app;
  await subscribe(parts, app, { callbackUrl, verifyToken, fields: wanted });
  await record(parts, caller, id);
  return askSetup(app);
}

/** Meta asks any node, and one that does not know of the app yet refuses: so once more when all do. */
async function subscribe(
  { store, clock }: Pick<App, "store" | "clock">,
  app: MetaApp,
  wish: AppSubscriptionWish,
): Promise<void> {
  const subscribeApp = () => asItsOwn(app, () => app.graph.setAppSubscription(wish));
  try {
    await subscribeApp();
  } catch (error) {
    const isRefused = error instanceof Failure && error.code === "webhook_subscribe_failed";
    if (!isRefused || store.atomicity === "process") throw error;
    await new Promise<void>((resolve) => clock.schedule(clock.now() + TRUSTED_MS, resolve));
    await subscribeApp();
  }
}

async function record(
  parts: Pick<App, "store" | "clock" | "rootSecret">,
  { organizationId, actor, requestId }: Acting,
  metaAppId: string,
): Promise<void> {
  const action = "meta_app.set_up";
  const entry = { organizationId, actor, requestId, action, subject: { metaAppId } };
  while (!(await parts.store.commit(await auditing(parts, entry)))) {
    // Another entry came first.
  }
}

/** Asks Meta how an app is set up. @throws {Failure} As `GraphClient.call` */
export async function askSetup(app: MetaApp): Promise<MetaAppSetup> {
  return compareSetup(app, await asItsOwn(app, () => app.graph.getAppSubscription()));
}

/** An app speaks for itself: a token that is dead is a secret that Meta no longer takes. */
async function asItsOwn<Value>({ owner }: MetaApp, ask: () => Promise<Value>): Promise<Value> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "meta_token_expired") throw error;
    const where = owner ? "with PATCH" : "in the hub's options";
    const message = `Meta does not take the app's secret: give the new one ${where}.`;
    throw new Failure("meta_rejected", message, { cause: error, context: error.context });
  }
}

/** Pure. Every app's webhooks are also taken under its id, so that URL is right for the first one, too. */
export function compareSetup(
  { appId, receiverUrl }: Pick<MetaApp, "appId" | "receiverUrl">,
  subscription: AppSubscription | null,
): MetaAppSetup {
  const url = subscription?.callbackUrl;
  const atMeta = url ? placeOf(url) : null;
  const names = subscription?.fields.map(({ name }) => name) ?? [];
  const missing = NEEDED.filter((field) => !names.includes(field));
  const extra = names.filter((name) => !NEEDED.includes(name));
  const active = subscription?.active ?? false;
  const isOurs = atMeta === placeOf(receiverUrl) || atMeta === placeOf(`${receiverUrl}/${appId}`);
  return {
    callbackUrl: { ours: receiverUrl, atMeta },
    fields: { missing, extra },
    active,
    isComplete: isOurs && active && missing.length === 0,
  };
}
