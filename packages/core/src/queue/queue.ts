/** A wake-up. It carries keys, never bodies: the truth it points to is in the Store. */
export interface Job {
  /** Which handler runs it. */
  readonly kind: string;
  /** Letters, digits, `_`, `.` and `-`. Unique among the waiting jobs of its kind. */
  readonly id: string;
  /** Milliseconds since the epoch; absent means now. */
  readonly runAt?: number;
  /** Whoever adds it adds it again at every start: a queue for one process need not keep it. */
  readonly swept?: true;
}

/** Runs a job. To run it again later, resolve to `again`; a rejection runs it again with a growing pause. */
export type JobHandler = (id: string) => Promise<{ readonly again: number } | undefined>;

/** What waits in a queue; who runs does not. */
export interface QueueBacklog {
  readonly waiting: number;
  /** When the earliest of them is due, or was: epoch ms; `null` when nothing waits. */
  readonly earliestAt: number | null;
}

/** By kind. A job of a kind without a handler waits for a process that has one. */
export type JobHandlers = Readonly<Record<string, JobHandler>>;

/** Work to be done soon, at least once. Losing it changes timing, nothing else: sweeps add it again. */
export interface Queue {
  /** Who shares the work: this process alone, or every process on the backend. */
  readonly atomicity: "process" | "cluster";

  /**
   * Durable when it resolves. A job whose kind and id already wait is the same job: the earlier
   * `runAt` counts. One that is running does not wait, so it runs once more afterwards; the same job
   * never runs twice at the same time.
   *
   * @throws {Failure} `store_unavailable` when it could not be made durable.
   */
  add(jobs: readonly Job[]): Promise<void>;

  /** How much waits, and since when the first of it is due. @throws {Failure} `store_unavailable` */
  backlog(): Promise<QueueBacklog>;

  /**
   * Begins to run jobs, those that an earlier process left behind included: of a kind that `atOnce`
   * names at most so many at once in this process, of the others as many as the queue likes.
   */
  start(handlers: JobHandlers, atOnce?: Readonly<Record<string, number>>): Promise<void>;

  /** Takes no more jobs and resolves when the running ones have ended, or at the `deadline` (epoch ms). */
  stop(deadline: number): Promise<void>;
}
