/**
 * What a store needs of the place it keeps its records in. Records are texts (`record.ts`); deleting
 * them for good is only tidying up, since a deleted record reads as absent anyway.
 */
export interface Backend {
  readonly atomicity: "process" | "cluster";
  start(): Promise<void>;
  stop(): Promise<void>;
  /** In the order of `keys`. Rejects when the backend did not answer. */
  read(keys: readonly string[]): Promise<readonly (string | undefined)[]>;
  /** All or nothing, also across a crash. Called one at a time. */
  write(records: ReadonlyMap<string, string>): Promise<void>;
  /** Removes records that are deleted already. Never at the same time as `write`. */
  remove(keys: readonly string[]): Promise<void>;
}
