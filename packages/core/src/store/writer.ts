import { newVersion } from "./record.ts";
import type { Guard } from "./store.ts";

/** Whose pages they are: a new one at each start, so that nobody writes into another's pages. */
export type WriterId = string;

/** An id to append under, and the guards that hold while nobody has declared it dead. */
export interface Fence {
  readonly id: WriterId;
  readonly guards: readonly Guard[];
}

/** Who appends in this process. It takes a new id when it was declared dead. */
export interface Writer {
  /** What to append under now. @throws {Failure} `store_unavailable` */
  join(): Promise<Fence>;
  /** Whether commits under this fence must lose from now on; `join` gives another one then. */
  hasLost(fence: Fence): Promise<boolean>;
  /**
   * A commit under this fence has an unknown outcome. The next `join` gives another one, so that it
   * has landed by then or never will.
   */
  doubt(fence: Fence): void;
  /** Those of other writers that may still append. */
  living(ids: readonly WriterId[]): Promise<ReadonlySet<WriterId>>;
  /** Nothing is appended any more. */
  leave(): Promise<void>;
}

/** A writer for a store that one process alone uses: every other writer is a former one. */
export function newWriter(): Writer {
  const fence: Fence = { id: newVersion(), guards: [] };
  return {
    join: async () => fence,
    hasLost: async () => false,
    doubt() {},
    living: async () => new Set(),
    async leave() {},
  };
}
