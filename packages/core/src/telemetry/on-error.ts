import type { EventType } from "../events.ts";

/** What failed, and what comes of it. There is nothing else in it. */
export interface ErrorContext {
  /** A listener of the host's, or a job of the hub's. */
  readonly kind: "listener" | "job";
  /** What the listeners were to hear; absent for a job. */
  readonly event?: { readonly id: string; readonly type: EventType };
  /** The kind of the job; absent for a listener. */
  readonly job?: string;
  /** Counts from 1; `null` for a job, whose attempts the queue counts. */
  readonly attempt: number | null;
  /** ISO 8601, UTC; `null` when there is none, or the queue decides. */
  readonly nextAttemptAt: string | null;
  /** Whether the event is a dead letter now. */
  readonly dead: boolean;
}

/** Hears of errors nobody is answered with. */
export type OnError = (error: unknown, context: ErrorContext) => unknown;
