import type { Guard, StoreDescription } from "../store.ts";

/** A change whose records are texts (`record.ts`). */
export interface EncodedChange {
  readonly guards: readonly Guard[];
  readonly records: readonly (readonly [key: string, text: string])[];
}

/** What a back end keeps for a key; `undefined` when it keeps nothing. */
export type Text = string | undefined;

/** The part of a description that only the back end knows. */
export type BackendDescription = Omit<StoreDescription, "atomicity">;

/** Where commits land. */
export interface Backend {
  readonly atomicity: "process" | "cluster";
  start(): Promise<BackendDescription>;
  stop(): Promise<void>;
  /** In the order of `keys`. Rejects when the back end did not answer. */
  read(keys: readonly string[]): Promise<readonly Text[]>;
  /** Each of them all or nothing, as if one came after the other. Called one at a time. */
  land(changes: readonly EncodedChange[]): Promise<readonly boolean[]>;
}

/** Rows that one process has for itself. */
export interface Rows {
  start(): Promise<BackendDescription>;
  stop(): Promise<void>;
  read(keys: readonly string[]): Promise<readonly Text[]>;
  /** All or nothing, also across a crash. Called one at a time. */
  write(records: ReadonlyMap<string, string>): Promise<void>;
  /** Removes records that are deleted already. Never at the same time as `write`. */
  remove(keys: readonly string[]): Promise<void>;
}

/** Rows that several processes read and write. */
export interface SharedRows {
  start(): Promise<BackendDescription>;
  stop(): Promise<void>;
  read(keys: readonly string[]): Promise<readonly Text[]>;
  /**
   * Writes all records if the row of every expected key still begins with that head (`undefined`: if
   * there is no row), atomically for everybody who uses the back end. A deleted record goes for good.
   *
   * @returns `false` when one has moved on; nothing was written then.
   */
  swap(expected: ReadonlyMap<string, Text>, records: ReadonlyMap<string, string>): Promise<boolean>;
}
