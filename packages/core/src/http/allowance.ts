import { Failure } from "../failure.ts";
import type { HttpResponse } from "./message.ts";
import type { Budget, Caller } from "./route.ts";

/** A request to be counted. */
export interface Counted {
  readonly caller: Caller;
  readonly budget: Budget;
  readonly params: Readonly<Record<string, string>>;
  /** Of one that is refused anyway, only how things stand is asked. */
  readonly isRefused: boolean;
}

/** How many requests a caller has left, the one just counted taken off. */
export interface Allowance {
  /** Whether there was room for this one. */
  readonly isGranted: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** When `remaining` is `limit` again, in epoch milliseconds. */
  readonly resetAt: number;
  /** How long that is from now on. */
  readonly resetInMs: number;
}

/** Counts a request. @returns `undefined` where nothing is limited. @throws {Failure} `store_unavailable` */
export type Limit = (counted: Counted) => Promise<Allowance | undefined>;

/** What a caller is told of an allowance; instants in seconds since the epoch. */
export function allowanceHeaders(allowance: Allowance | undefined): HttpResponse["headers"] {
  if (!allowance) return {};
  return {
    "x-ratelimit-limit": String(allowance.limit),
    "x-ratelimit-remaining": String(allowance.remaining),
    "x-ratelimit-reset": String(Math.ceil(allowance.resetAt / 1000)),
  };
}

/** @throws {Failure} `rate_limited`, with the time to wait. */
export function requireRoom(allowance: Allowance | undefined): void {
  if (!allowance || allowance.isGranted) return;
  throw new Failure("rate_limited", undefined, { retryAfterMs: allowance.resetInMs });
}
