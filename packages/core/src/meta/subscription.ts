import { Failure, type FailureCode } from "../failure.ts";
import type { Graph } from "./graph.ts";
import type { Override, WabaAccess } from "./requests.ts";

/** How our app stands with a WABA. */
export interface SubscriptionState {
  /** Whether Meta sends us the WABA's webhooks. */
  readonly subscribed: boolean;
  /** The URL that gets its messages instead of our own callback. */
  readonly override: string | null;
}

/** What `ensureSubscribed` saw and did. */
export interface SubscriptionReport extends SubscriptionState {
  /** Before anything was done. What a caller may want to put back after a refusal. */
  readonly before: SubscriptionState;
  /** Whether the state is another one than before. */
  readonly changed: boolean;
  /** Why Meta would not do it; the state is read back then. */
  readonly refusal: Failure | null;
}

/** A WABA, and the override it shall have. */
export interface SubscriptionWish extends WabaAccess {
  /** Without one, an override in place is left alone. */
  readonly override?: Override;
}

/** Meta's final word on the wish itself, as opposed to a bad moment or a dead token. */
const REFUSALS: ReadonlySet<FailureCode> = new Set<FailureCode>([
  "meta_rejected",
  "webhook_subscribe_failed",
]);

/**
 * Sees to it that our app gets a WABA's webhooks, and that its messages go to `override` if there is
 * one: read → at most one write → read back if that did not plainly succeed. Safe to repeat.
 *
 * It reads first because a subscription without an override removes the one in place. With an
 * override it always writes: Meta does not tell which verify token it holds.
 *
 * @throws {Failure} As `GraphClient.call`. A refusal is part of the report instead, and
 *   `meta_outcome_unknown` remains only where reading back did not show the wish fulfilled.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override
 */
export async function ensureSubscribed(
  graph: Pick<Graph, "appId" | "getSubscribedApps" | "subscribeApp">,
  { override, ...access }: SubscriptionWish,
): Promise<SubscriptionReport> {
  const before = await readState(graph, access);
  if (before.subscribed && !override) return report(before, before, null);

  const wanted = { subscribed: true, override: override?.url ?? null };
  const failure = await attempt(() => graph.subscribeApp(access, override));
  if (!failure) return report(before, wanted, null);
  const isRefusal = REFUSALS.has(failure.code);
  if (!isRefusal && failure.code !== "meta_outcome_unknown") throw failure;

  const now = await readState(graph, access).catch(() => {
    // What the write met with tells more than that we could not look.
    throw failure;
  });
  if (isRefusal) return report(before, now, failure);
  if (!now.subscribed || (override && now.override !== override.url)) throw failure;
  return report(before, now, null);
}

async function readState(
  graph: Pick<Graph, "appId" | "getSubscribedApps">,
  access: WabaAccess,
): Promise<SubscriptionState> {
  const apps = await graph.getSubscribedApps(access);
  const ours = apps.find(({ appId }) => appId === graph.appId);
  return { subscribed: ours !== undefined, override: ours?.overrideCallbackUri ?? null };
}

async function attempt(write: () => Promise<void>): Promise<Failure | undefined> {
  try {
    await write();
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

function report(
  before: SubscriptionState,
  now: SubscriptionState,
  refusal: Failure | null,
): SubscriptionReport {
  return { ...now, before, changed: !isSame(before, now), refusal };
}

function isSame(a: SubscriptionState, b: SubscriptionState): boolean {
  return a.subscribed === b.subscribed && a.override === b.override;
}
