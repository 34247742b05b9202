import type { App } from "../../app.ts";
import { Failure } from "../../failure.ts";
import type { SubscribedApp } from "../../meta/nodes.ts";
import type { NumberHealth } from "../../meta/number-health.ts";
import { joined } from "../../store/joined.ts";
import type { Change } from "../../store/store.ts";
import { withNumber } from "../change-number.ts";
import { type Owned, type Owner, requireOwned } from "../owned.ts";
import { applyStanding } from "../timers/apply-standing.ts";
import { setTimers } from "../timers/timers.ts";
import { askAs } from "../token/ask-as.ts";
import { type Waba, wabaKey } from "../waba.ts";
import { eventsOfHealth } from "./events-of-health.ts";
import { type HealthRecord, type HealthSnapshot, healthKey } from "./health.ts";

/** What asking after a number's health takes. */
export type HealthParts = Pick<App, "store" | "clock" | "emit" | "vault" | "metaApps">;

/** Whose connection. */
interface Named {
  readonly owner: Owner;
  readonly connectionId: string;
}

/** What asking Meta has brought: an answer, or a refusal. */
type Finding = { readonly told: Told } | { readonly refusal: Failure };

interface Told {
  readonly health: NumberHealth;
  readonly subscribed: boolean;
}

/** Meta's sentences are shown to people; nobody reads more of them. */
const MAX_INFO_LENGTH = 2_000;

/**
 * Asks Meta how a number is and records it, with `connection.health_changed` if what it says is new,
 * with the mode if Meta tells another one, and as active if that is all a pending number has waited for. A refusal is recorded, too, and what was known stays.
 *
 * @throws {Failure} `not_found`, `meta_rejected`, `meta_token_expired`, `meta_throttled`,
 *   `meta_unavailable`, `store_unavailable`
 */
export async function refreshHealth(
  parts: HealthParts,
  owner: Owner,
  connectionId: string,
): Promise<void> {
  const named = { owner, connectionId };
  const owned = await requireOwned(parts.store, owner, connectionId);
  try {
    const told = await askMeta(parts, owned);
    await record(parts, named, { told });
  } catch (error) {
    if (!(error instanceof Failure) || !REFUSALS.has(error.code)) throw error;
    await record(parts, named, { refusal: error });
    throw error;
  }
}

/** Meta has answered, and will answer the same until something is changed. */
const REFUSALS: ReadonlySet<Failure["code"]> = new Set(["meta_rejected", "meta_token_expired"]);

async function askMeta(parts: HealthParts, owned: Owned): Promise<Told> {
  const waba = owned.waba.value;
  const [health, apps] = await askAs(parts, waba, ({ graph, token }) =>
    Promise.all([
      graph.getNumberHealth({ phoneNumberId: owned.number.phoneNumberId, token }),
      graph.getSubscribedApps({ wabaId: waba.wabaId, token }),
    ]),
  );
  return { health, subscribed: isAmong(apps, waba) };
}

/** Whether the account's own app is among those that get its webhooks. */
export function isAmong(apps: readonly SubscribedApp[], { appId }: Pick<Waba, "appId">): boolean {
  return apps.some((app) => app.appId === appId);
}

/** Read → decide → commit, and again if something has changed meanwhile. */
async function record(
  parts: HealthParts,
  { owner, connectionId }: Named,
  finding: Finding,
): Promise<void> {
  const { store, clock, emit } = parts;
  const at = healthKey(connectionId);
  let landed = false;
  while (!landed) {
    const [owned, stored] = await Promise.all([
      requireOwned(store, owner, connectionId),
      store.get<HealthRecord>(at),
    ]);
    const before = stored?.value.snapshot ?? null;
    const after = recordOf(before, finding, clock.now());
    const own: Change = {
      guards: [{ key: at, version: stored?.version }],
      writes: [{ key: at, value: after }],
    };
    const turn = "told" in finding ? standingTurn(owned, finding.told, clock.now()) : undefined;
    await setTimers(store, turn?.timers ?? []);
    const about = { waba: owned.waba.value, number: owned.number };
    const told = eventsOfHealth(about, before, after.snapshot);
    const drafts = [...told, ...(turn?.drafts ?? [])];
    landed = await emit(joined(own, numberChange(owned, turn?.number)), drafts);
  }
}

/** A number that has left has no mode any more, and no heartbeat. */
function standingTurn({ waba, number }: Owned, { health }: Told, now: number) {
  if (number.status === "disconnected") return undefined;
  return applyStanding({ waba: waba.value, number }, health, now);
}

/** The account is guarded even where it stays as it is: nothing is recorded of a number that has left. */
function numberChange({ waba: { value, version } }: Owned, number?: Owned["number"]): Change {
  const at = wabaKey(value.appId, value.wabaId);
  const writes = number ? [{ key: at, value: withNumber(value, number) }] : [];
  return { guards: [{ key: at, version }], writes };
}

function recordOf(before: HealthSnapshot | null, finding: Finding, now: number): HealthRecord {
  if ("refusal" in finding) {
    return { snapshot: before, errorMessage: finding.refusal.message, checkedAt: now };
  }
  return { snapshot: snapshotOf(finding.told), errorMessage: null, checkedAt: now };
}

/** What is kept of Meta's answer. */
export function snapshotOf({ health, subscribed }: Told): HealthSnapshot {
  const blocked = health.entities.filter(({ canSendMessage }) => canSendMessage === "BLOCKED");
  return {
    healthStatus: health.healthStatus,
    qualityRating: health.qualityRating,
    messagingTier: health.messagingTier,
    nameStatus: health.nameStatus,
    newNameStatus: health.newNameStatus,
    accountMode: health.accountMode,
    platformType: health.platformType,
    status: health.status,
    subscribed,
    blocks: blocked.map(({ type, errors }) => ({
      type,
      errorCodes: errors.map(({ code }) => code),
    })),
    additionalInfo: sentencesOf(health),
  };
}

function sentencesOf({ entities }: NumberHealth): string | null {
  const sentences = entities.flatMap(({ additionalInfo, errors }) => [
    ...additionalInfo,
    ...errors.flatMap(({ description, possibleSolution }) => [description, possibleSolution]),
  ]);
  const text = sentences.filter((sentence) => sentence !== null).join(" ");
  return text === "" ? null : text.slice(0, MAX_INFO_LENGTH).toWellFormed();
}
