import type { FailureCode } from "../failure.ts";

/**
 * When the identical call may be repeated: `backoff` after growing pauses, for Meta did nothing;
 * `later` when Meta has recovered; `fix` once an operator has changed something; `token` with
 * another access token; `no` never.
 */
export type Retry = "no" | "backoff" | "later" | "fix" | "token";

/** One meaning and every code that has it. */
export interface ErrorRow {
  /** Single codes, and ranges as `[first, last]`. */
  readonly codes: readonly (number | readonly [first: number, last: number])[];
  /** Narrows the row to these subcodes. */
  readonly subcodes?: readonly number[];
  /** Narrows the row to messages that say this. */
  readonly says?: RegExp;
  readonly failure: FailureCode;
  readonly retry: Retry;
  /** Meta failed halfway: a write may have been done all the same. */
  readonly mayBeDone?: true;
  /** Milliseconds, where Meta documents the wait. */
  readonly retryAfterMs?: number;
}

/** What judging an error takes: the parts of Meta's error object that carry meaning. */
export interface GraphError {
  readonly code: number;
  readonly subcode: number | null;
  readonly message: string;
  /** Meta's own hint that the call may succeed when repeated. */
  readonly isTransient: boolean;
}

const MINUTE_MS = 60_000;

/**
 * What Meta's error codes mean to us. The first row that fits counts, so narrowed rows come first.
 * The HTTP status is no part of it: Meta answers rate limits with 400.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
 * @see https://developers.facebook.com/docs/graph-api/guides/error-handling
 */
export const GRAPH_ERRORS: readonly ErrorRow[] = [
  // Newer API descriptions report a failed handshake under the code for invalid parameters.
  { codes: [100], says: /callback ur[il]/i, failure: "webhook_subscribe_failed", retry: "fix" },
  // A code from Embedded Signup that has expired, belongs to another page, or was used before.
  { codes: [100], subcodes: [36007, 36008, 36009], failure: "code_exchange_failed", retry: "no" },
  { codes: [1], says: /client secret/i, failure: "code_exchange_failed", retry: "fix" },

  // Access. A missing permission is no dead token: reconnecting with the same rights cannot help.
  { codes: [0, 102, 190], failure: "meta_token_expired", retry: "token" },
  { codes: [3, 10, [200, 299], 131005], failure: "meta_rejected", retry: "fix" },
  { codes: [2200], failure: "webhook_subscribe_failed", retry: "fix" },

  // Rate limits that let the call through after a while.
  { codes: [4, 17, 32, 613, 80007, 130429, 131056], failure: "meta_throttled", retry: "backoff" },
  { codes: [131208, 138002, 138005], failure: "meta_throttled", retry: "backoff" },

  // Meta's own trouble.
  { codes: [1, 2, 131000, 131016, 133004], ...laterAndMayBeDone() },
  { codes: [139103], ...laterAndMayBeDone() },
  { codes: [131057], ...laterAndMayBeDone(), retryAfterMs: MINUTE_MS },
  { codes: [139102, 2494100], failure: "meta_unavailable", retry: "later" },
  { codes: [133015], failure: "meta_unavailable", retry: "later", retryAfterMs: 5 * MINUTE_MS },
  { codes: [134101], failure: "meta_unavailable", retry: "later", retryAfterMs: 10 * MINUTE_MS },

  // Objects and parameters.
  { codes: [33, 100, 803, 131008, 131009, 131021, 131051], failure: "meta_rejected", retry: "no" },

  // The account and its numbers. 133016 locks register and deregister for 72 hours.
  { codes: [368, 131031, 131037, 131042, 131044], failure: "meta_rejected", retry: "fix" },
  { codes: [131045, 134011, 134102], failure: "meta_rejected", retry: "fix" },
  { codes: [133000, 133005, 133006, 133010], failure: "meta_rejected", retry: "fix" },
  { codes: [133008, 133009, 133016, 136024], failure: "meta_rejected", retry: "no" },
  { codes: [130497, 131048, 131064], failure: "meta_rejected", retry: "no" },

  // One recipient or one message.
  { codes: [131047], failure: "window_closed", retry: "no" },
  { codes: [131030], failure: "meta_rejected", retry: "fix" },
  { codes: [130403, 130472, 131026, 131049, 131050], failure: "meta_rejected", retry: "no" },
  { codes: [131052, 131053, 131062, 135000, 137000], failure: "meta_rejected", retry: "no" },
  { codes: [131055, 131063, 134100], failure: "meta_rejected", retry: "no" },

  // Templates, flows, groups, calls, blocked users, usernames, migration.
  { codes: [132000, 132001, 132005, 132007, 132008], failure: "meta_rejected", retry: "no" },
  { codes: [132012, 132015, 132016, 132018], failure: "meta_rejected", retry: "no" },
  { codes: [132068, 132069], failure: "meta_rejected", retry: "no" },
  { codes: [2388001, 2388012, 2388019, 2388039], failure: "meta_rejected", retry: "no" },
  { codes: [2388040, 2388047, 2388072, 2388073], failure: "meta_rejected", retry: "no" },
  { codes: [2388091, 2388093, 2388103, 2388293, 2388299], failure: "meta_rejected", retry: "no" },
  { codes: [131020, 131041, 131059], failure: "meta_rejected", retry: "no" },
  {
    codes: [
      [131201, 131207],
      [131209, 131215],
    ],
    failure: "meta_rejected",
    retry: "no",
  },
  {
    codes: [
      [138000, 138001],
      [138003, 138004],
    ],
    failure: "meta_rejected",
    retry: "no",
  },
  { codes: [[138006, 138018]], failure: "meta_rejected", retry: "no" },
  {
    codes: [
      [139000, 139004],
      [139100, 139101],
    ],
    failure: "meta_rejected",
    retry: "no",
  },
  { codes: [[147001, 147005]], failure: "meta_rejected", retry: "no" },
  { codes: [[200005, 200007], 2593079, 2593085], failure: "meta_rejected", retry: "no" },

  // Onboarding and coexistence. 131060 and 2593109 arrive in webhooks only.
  { codes: [1752041, 2593107, 2593108], failure: "meta_rejected", retry: "no" },
  { codes: [131060, 2593109], failure: "meta_rejected", retry: "no" },
];

/** What an error means that no row names: the status and Meta's hint are all there is to go by. */
const UNLISTED: ErrorRow = { codes: [], failure: "meta_rejected", retry: "no" };
const UNLISTED_TRANSIENT: ErrorRow = { codes: [], ...laterAndMayBeDone() };

/** The row that tells what to make of an error; never `undefined`, for Meta adds codes any time. */
export function meaningOf(error: GraphError, status: number): ErrorRow {
  const row = GRAPH_ERRORS.find((candidate) => fits(candidate, error));
  return row ?? (error.isTransient || status >= 500 ? UNLISTED_TRANSIENT : UNLISTED);
}

function fits({ codes, subcodes, says }: ErrorRow, error: GraphError): boolean {
  if (subcodes && (error.subcode === null || !subcodes.includes(error.subcode))) return false;
  if (says && !says.test(error.message)) return false;
  return codes.some((code) =>
    typeof code === "number" ? code === error.code : code[0] <= error.code && error.code <= code[1],
  );
}

function laterAndMayBeDone() {
  return { failure: "meta_unavailable", retry: "later", mayBeDone: true } as const;
}
