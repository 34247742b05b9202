import type { FailureCode } from "../failure.ts";

/** A request that was answered with a failure. There is nothing else in it: no body, no header, no secret. */
export interface Refusal {
  /** Where Meta's webhooks arrive, the API, or a page for people. */
  readonly surface: "receiver" | "api" | "pages";
  readonly code: FailureCode;
  /** Of the answer. */
  readonly status: number;
  readonly method: string;
  /** The route, e.g. `/connections/:id`, with names in the place of what was asked for. */
  readonly route: string;
  /** The Meta app whose callback it was; at the receiver only. */
  readonly appId?: string;
  /** In the answer, too. */
  readonly requestId: string;
  /** The peer's IP address; absent where the host does not know it. */
  readonly remoteAddress?: string;
}

/** Hears of every request that is answered with a failure, after it was decided. */
export type OnRefused = (refusal: Refusal) => unknown;
