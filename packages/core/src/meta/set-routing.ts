import { Failure, type FailureCode } from "../failure.ts";
import type { Graph } from "./graph.ts";
import type { WabaAccess } from "./requests.ts";
import type { RoutingStep, RoutingTurn, SeenRouting } from "./routing.ts";

type RoutingGraph = Pick<
  Graph,
  | "appId"
  | "getSubscribedApps"
  | "subscribeApp"
  | "unsubscribeApp"
  | "setNumberOverride"
  | "getWebhookConfiguration"
>;

/** What came of the writes. */
export interface RoutingReport {
  /** Why Meta would not do one of them, for good; those after it were not tried. */
  readonly refusal: Failure | null;
  /** After a refusal, whether what Meta had been told before stands again. */
  readonly restored: boolean;
}

/** Meta's final word, as opposed to a bad moment or doubt. */
const FINAL: ReadonlySet<FailureCode> = new Set<FailureCode>([
  "meta_rejected",
  "webhook_subscribe_failed",
  "meta_token_expired",
]);

/** How our app stands with an account. @throws {Failure} As `GraphClient.call` */
export async function seeRouting(
  graph: Pick<Graph, "appId" | "getSubscribedApps">,
  access: WabaAccess,
): Promise<SeenRouting> {
  const apps = await graph.getSubscribedApps(access);
  const ours = apps.find(({ appId }) => appId === graph.appId);
  return { subscribed: ours !== undefined, overrideUrl: ours?.overrideCallbackUri ?? null };
}

/** What a turn needs beside the turn itself. */
export interface SetRouting extends WabaAccess {
  /** How Meta stood before all this: what a refusal leads back to. */
  readonly before: SeenRouting;
  readonly restores: boolean;
  readonly steps: readonly RoutingStep[];
  readonly turn: RoutingTurn;
}

/**
 * Takes the steps of a turn one after the other. After a refusal the former routing is put back as far
 * as Meta lets us.
 *
 * @throws {Failure} What is not final: `meta_unavailable` or `meta_throttled` when the first step met
 *   with it, so that nothing was done; `meta_outcome_unknown` when something may have been.
 */
export async function setRouting(graph: RoutingGraph, task: SetRouting): Promise<RoutingReport> {
  for (const [index, step] of task.steps.entries()) {
    const failure = await attempt(graph, task, step);
    if (!failure) continue;
    if (FINAL.has(failure.code)) {
      const attempted = task.steps.slice(0, index + 1);
      const restored = task.restores && (await restore(graph, task, attempted));
      return { refusal: failure, restored };
    }
    if (index === 0) throw failure;
    throw doubt(failure);
  }
  return { refusal: null, restored: true };
}

function doubt(cause: Failure): Failure {
  const message = `Meta has done a part of the change, then failed: ${cause.message}`;
  return new Failure("meta_outcome_unknown", message, { cause, context: cause.context });
}

async function attempt(graph: RoutingGraph, access: WabaAccess, step: RoutingStep) {
  try {
    await take(graph, access, step);
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code !== "meta_outcome_unknown") return error;
    return (await isTaken(graph, access, step)) ? undefined : error;
  }
}

async function take(graph: RoutingGraph, access: WabaAccess, step: RoutingStep): Promise<void> {
  const { wabaId, token } = access;
  if (step.kind === "override") return graph.subscribeApp({ wabaId, token }, step.override);
  if (step.kind === "subscribe") return graph.subscribeApp({ wabaId, token });
  if (step.kind === "unsubscribe") return graph.unsubscribeApp({ wabaId, token });
  const { phoneNumberId, override } = step;
  await graph.setNumberOverride({ phoneNumberId, token }, override).catch((error: unknown) => {
    // A number that Meta no longer has, or that has left the account, has no override either.
    if (!override && error instanceof Failure && error.code === "meta_rejected") return;
    throw error;
  });
}

/** Looks, after a write with an unknown outcome. What cannot be seen is not taken. */
async function isTaken(
  graph: RoutingGraph,
  { wabaId, token }: WabaAccess,
  step: RoutingStep,
): Promise<boolean> {
  try {
    if (step.kind === "number") {
      const { phoneNumberId, override } = step;
      const seen = await graph.getWebhookConfiguration({ phoneNumberId, token });
      return (seen.phoneNumber ?? null) === (override?.url ?? null);
    }
    const seen = await seeRouting(graph, { wabaId, token });
    if (step.kind === "unsubscribe") return !seen.subscribed;
    const wanted = step.kind === "override" ? step.override.url : null;
    return seen.subscribed && seen.overrideUrl === wanted;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

/** Puts the former routing back. A foreign override that is gone cannot be: nobody knows its token. */
async function restore(
  graph: RoutingGraph,
  task: SetRouting,
  attempted: readonly RoutingStep[],
): Promise<boolean> {
  const { wabaId, token, turn } = task;
  const now = await attemptToSee(graph, { wabaId, token });
  if (!now) return false;
  const from = { ...turn.from, subscribed: task.before.subscribed };
  const numbers = attempted.flatMap((step): readonly RoutingStep[] =>
    step.kind === "number"
      ? [{ ...step, override: from.numbers.get(step.phoneNumberId) ?? null }]
      : [],
  );
  for (const step of [...backTo(from, now, task.before), ...numbers]) {
    if (await attempt(graph, task, step)) return false;
  }
  return true;
}

function backTo(
  from: RoutingTurn["from"],
  now: SeenRouting,
  seen: SeenRouting,
): readonly RoutingStep[] {
  if (!from.subscribed) return now.subscribed ? [{ kind: "unsubscribe" }] : [];
  if (now.overrideUrl === seen.overrideUrl && now.subscribed) return [];
  if (from.override && from.override.url === seen.overrideUrl) {
    return [{ kind: "override", override: from.override }];
  }
  return seen.overrideUrl === null ? [{ kind: "subscribe" }] : [];
}

async function attemptToSee(graph: RoutingGraph, access: WabaAccess) {
  try {
    return await seeRouting(graph, access);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
