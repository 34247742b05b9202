import type { HealthNews } from "../../connections/health/health-news.ts";
import type { Item } from "../item.ts";
import { asNumber, asText, isObject, type JsonObject } from "../lenient.ts";

/** How Meta's webhooks call what the Graph API calls otherwise. */
const NAME_STATUSES: ReadonlyMap<string, string> = new Map([
  ["APPROVED", "APPROVED"],
  ["REJECTED", "DECLINED"],
  ["PENDING", "PENDING_REVIEW"],
  ["DEFERRED", "PENDING_REVIEW"],
]);

/** How many customers a day Meta lets a business write to first, by its words for it. */
const TIERS: ReadonlyMap<number, string> = new Map([
  [50, "TIER_50"],
  [250, "TIER_250"],
  [1_000, "TIER_1K"],
  [2_000, "TIER_2K"],
  [10_000, "TIER_10K"],
  [100_000, "TIER_100K"],
  [-1, "TIER_UNLIMITED"],
]);

const READS: ReadonlyMap<string, (value: JsonObject) => HealthNews | undefined> = new Map([
  ["phone_number_name_update", readName],
  ["phone_number_quality_update", readLimit],
  ["business_capability_update", readLimit],
]);

/** What an update says of the health of the numbers it is about, if anything. */
export function readHealthNews({ field, value }: Item): HealthNews | undefined {
  return isObject(value) ? READS.get(field)?.(value) : undefined;
}

function readName({ decision, requested_verified_name }: JsonObject): HealthNews | undefined {
  const status = NAME_STATUSES.get(asText(decision) ?? "") ?? asText(decision);
  return status ? { kind: "name", status, name: asText(requested_verified_name) } : undefined;
}

/** Two fields, and two ages, of the same news. */
function readLimit(value: JsonObject): HealthNews | undefined {
  const named = [
    value.max_daily_conversations_per_business,
    value.current_limit,
    value.max_daily_conversation_per_phone,
  ];
  const tier = named.map(tierOf).find((word) => word !== null);
  return tier ? { kind: "limit", tier } : undefined;
}

function tierOf(limit: unknown): string | null {
  const count = asNumber(limit);
  if (count !== null) return TIERS.get(count) ?? `TIER_${count}`;
  return asText(limit) || null;
}
