import type { Clock } from "../../clock.ts";
import type { Counted, Limit } from "../../http/allowance.ts";
import { key } from "../../store/key.ts";
import type { Counters } from "./counting.ts";
import type { Limits } from "./limits.ts";
import type { FindOwnLimits } from "./own-limits.ts";

export interface RateLimitParts {
  readonly limits: Limits;
  /** An organization's own go before them. */
  readonly ownLimits: FindOwnLimits;
  readonly counters: Counters;
  readonly clock: Clock;
}

/**
 * Limits the requests of each caller by the budgets of the routes; sends are counted for each number,
 * whoever sends. A count begins with the first request and ends `perMs` later.
 */
export function createRateLimit(parts: RateLimitParts): Limit {
  const { limits, ownLimits, counters, clock } = parts;
  return async (counted) => {
    const own = await ownLimits(counted.caller.organizationId);
    const limit = own?.[counted.budget] ?? limits[counted.budget];
    if (!limit) return undefined;
    const requests = counted.isRefused ? 0 : 1;
    const standing = await counters.add(nameOf(counted), limit, requests);
    return {
      isGranted: standing.grantedNow === requests,
      limit: limit.max,
      remaining: Math.max(limit.max - standing.granted, 0),
      resetAt: standing.until,
      resetInMs: Math.max(standing.until - clock.now(), 0),
    };
  };
}

function nameOf({ caller, budget, params }: Counted): string {
  const who = budget === "sends" ? (params.id ?? caller.actor) : caller.actor;
  return key("count", caller.organizationId, budget, who);
}
