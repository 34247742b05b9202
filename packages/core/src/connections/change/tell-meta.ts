import { Failure, type FailureCode } from "../../failure.ts";
import type { WabaAccess } from "../../meta/requests.ts";
import {
  planRouting,
  type Routing,
  type RoutingStep,
  type RoutingTurn,
  type SeenRouting,
} from "../../meta/routing.ts";
import { type RoutingReport, seeRouting, setRouting } from "../../meta/set-routing.ts";
import type { MetaApp, MetaApps } from "../../meta-app.ts";
import { tokenPlace, type Waba } from "../waba.ts";
import { applyChange } from "./apply-change.ts";
import type { HeldParts } from "./commit-change.ts";
import type { Intent, WabaChange } from "./intent.ts";
import { isKnownToMeta, wantedRouting } from "./wanted-routing.ts";

/** What Meta has to be told for a change, and in whose name. */
export interface Telling {
  /** The account at Meta; `undefined` where it cannot be asked, and nothing is told. */
  readonly reach: Reach | undefined;
  readonly turn: RoutingTurn;
  /** How Meta stood when it was looked at. */
  readonly seen: SeenRouting;
  readonly steps: readonly RoutingStep[];
}

interface Reach extends WabaAccess {
  readonly graph: MetaApp["graph"];
}

/** Refusals that stand, whoever asks again. */
const FINAL: ReadonlySet<FailureCode> = new Set<FailureCode>([
  "meta_rejected",
  "meta_token_expired",
  "webhook_subscribe_failed",
  "number_in_use",
  "waba_in_use",
]);

export function isFinal(error: unknown): error is Failure {
  return error instanceof Failure && FINAL.has(error.code);
}

/**
 * Looks at Meta, where the change has to do with it, and plans what to tell. That Meta cannot be asked,
 * for good, keeps no number from leaving: a dead token, an app that the hub no longer has, a secret
 * that no key opens.
 *
 * @throws {Failure} As `GraphClient.call`
 */
export async function planTelling(
  parts: HeldParts,
  waba: Waba,
  change: WabaChange,
): Promise<Telling> {
  try {
    return await lookAndPlan(parts, waba, change);
  } catch (error) {
    if (change.kind !== "disconnect" || !(isFinal(error) || isOurs(error))) throw error;
    return NOTHING_TO_TELL;
  }
}

function isOurs(error: unknown): boolean {
  return (
    error instanceof Failure &&
    (error.code === "invalid_request" || error.code === "secret_unreadable")
  );
}

const NOBODY: Routing = { subscribed: false, override: null, numbers: new Map() };
const NOTHING_TO_TELL: Telling = {
  reach: undefined,
  turn: { from: NOBODY, to: NOBODY, anew: false, clearForeign: false },
  seen: { subscribed: false, overrideUrl: null },
  steps: [],
};

async function lookAndPlan(
  { vault, metaApps, clock }: HeldParts,
  waba: Waba,
  change: WabaChange,
): Promise<Telling> {
  const { graph } = await findMetaApp(metaApps, waba);
  const sealed = "accessToken" in change ? change.accessToken : waba.accessToken;
  const reach = { graph, wabaId: waba.wabaId, token: vault.open(sealed, tokenPlace(waba)) };
  const after = applyChange(waba, change, clock.now());
  const turn: RoutingTurn = {
    from: wantedRouting(vault, waba),
    to: wantedRouting(vault, after),
    anew: change.kind === "webhook",
    clearForeign: change.kind === "webhook" || after.delivery === "relay",
  };
  if (!concernsMeta(change, turn)) {
    const { subscribed, override } = turn.from;
    const seen = { subscribed, overrideUrl: override?.url ?? waba.foreignOverride };
    return { reach, turn, seen, steps: [] };
  }
  const seen = await seeRouting(graph, reach);
  return { reach, turn, seen, steps: planRouting(seen, turn) };
}

/** Which app, for whom; the hub's first one when none is named. */
export interface MetaAppRef {
  readonly organizationId: string;
  readonly appId?: string | undefined;
}

/**
 * The app of an account, or the one to connect an account with.
 *
 * @throws {Failure} `invalid_request` when the organization has no such app, or no longer;
 *   `store_unavailable`
 */
export async function findMetaApp(
  metaApps: MetaApps,
  { organizationId, appId }: MetaAppRef,
): Promise<MetaApp> {
  const app = await metaApps.find(organizationId, appId);
  if (!app) throw unknownMetaApp();
  return app;
}

export function unknownMetaApp(): Failure {
  const message = "is none of the hub's Meta apps, and none of the organization's own";
  const context = { fields: [{ path: "appId", message }] };
  return new Failure("invalid_request", `appId: ${message}`, { context });
}

/** Takes the steps. A number that leaves, leaves: nothing is put back for it. */
export async function tellMeta({
  reach,
  intent,
  ...task
}: Telling & {
  readonly before: SeenRouting;
  readonly intent: Intent;
}): Promise<RoutingReport> {
  if (!reach) return { refusal: null, restored: true };
  const restores = intent.change.kind !== "disconnect";
  return setRouting(reach.graph, { ...task, ...reach, restores });
}

/** Puts back what a change has told Meta that cannot be recorded. @returns Whether all stands as before. */
export async function takeBack({ reach, turn }: Telling): Promise<boolean> {
  if (!reach) return true;
  const back = { ...turn, from: turn.to, to: turn.from };
  try {
    const seen = await seeRouting(reach.graph, reach);
    const task = { ...reach, before: seen, turn: back, steps: planRouting(seen, back) };
    const { refusal } = await setRouting(reach.graph, { ...task, restores: false });
    return refusal === null;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

/** Another URL that messages go to once the steps are taken, set by somebody else. */
export function foreignOverride({ turn, seen, steps }: Telling): string | null {
  const isCleared = steps.some(({ kind }) => kind !== "number");
  if (isCleared || turn.to.override || !turn.to.subscribed) return null;
  return seen.overrideUrl;
}

function concernsMeta(change: WabaChange, { from, to }: RoutingTurn): boolean {
  const { kind } = change;
  if (kind === "connect") return isKnownToMeta(change.number);
  if (kind === "webhook" || kind === "settle") return true;
  return (
    from.subscribed !== to.subscribed ||
    from.override?.url !== to.override?.url ||
    from.numbers.size !== to.numbers.size
  );
}
