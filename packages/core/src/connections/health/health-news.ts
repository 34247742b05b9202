import type { ConnectedNumber } from "../waba.ts";
import type { HealthRecord, HealthSnapshot } from "./health.ts";

/** What Meta says of a number's health without being asked. */
export type HealthNews =
  /** In the Graph API's words, e.g. `DECLINED`; and the name it is about. */
  | { readonly kind: "name"; readonly status: string; readonly name: string | null }
  /** How many customers may be written to first, e.g. `TIER_10K`. */
  | { readonly kind: "limit"; readonly tier: string };

/** A number and its health. */
export interface HealthState {
  readonly number: ConnectedNumber;
  readonly record: HealthRecord | undefined;
}

const NOTHING_KNOWN: HealthSnapshot = {
  healthStatus: null,
  qualityRating: null,
  messagingTier: null,
  nameStatus: null,
  newNameStatus: null,
  accountMode: null,
  platformType: null,
  status: null,
  subscribed: null,
  blocks: [],
  additionalInfo: null,
};

/**
 * What news make of a number and its health; pure. When Meta was last asked, and what it refused then,
 * stays as it was.
 *
 * @param now Milliseconds since the epoch.
 */
export function applyHealthNews(
  { number, record }: HealthState,
  news: HealthNews,
  now: number,
): { readonly number: ConnectedNumber; readonly record: HealthRecord } {
  const known = record ?? { snapshot: null, errorMessage: null, checkedAt: now };
  const before = known.snapshot ?? NOTHING_KNOWN;
  const snapshot = {
    ...before,
    ...(news.kind === "limit" ? { messagingTier: news.tier } : named(number, news)),
  };
  const isNamed = news.kind === "name" && news.status === "APPROVED" && news.name !== null;
  const renamed = isNamed ? { ...number, verifiedName: news.name, updatedAt: now } : number;
  return { number: renamed, record: { ...known, snapshot } };
}

/** News of a name that the number does not carry yet are about its new one. */
function named(
  { verifiedName }: ConnectedNumber,
  { status, name }: Extract<HealthNews, { kind: "name" }>,
): Partial<HealthSnapshot> {
  if (status === "APPROVED") return { nameStatus: status, newNameStatus: null };
  const isOwn = verifiedName === null || name === null || verifiedName === name;
  return isOwn ? { nameStatus: status } : { newNameStatus: status };
}
