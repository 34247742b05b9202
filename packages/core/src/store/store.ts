/** A record as read: `version` changes with every write of its key (64 random bits, as text). */
export interface Stored<Value> {
  readonly value: Value;
  readonly version: string;
}

/** A condition of a commit: the key is still at this version, or still absent (`undefined`). */
export interface Guard {
  readonly key: string;
  readonly version: string | undefined;
}

/** One record to write: any JSON value, or `undefined` to delete it. */
export interface Write {
  readonly key: string;
  readonly value: unknown;
}

/** Writes that land together if every guard still holds. */
export interface Change {
  readonly guards: readonly Guard[];
  readonly writes: readonly Write[];
}

/** What a store stands on, as seen when it started. */
export interface StoreDescription {
  /** Whom `commit` is atomic against. */
  readonly atomicity: "process" | "cluster";
  /** What keeps the records, e.g. `sqlite`, `redis`, `postgres`, `memory`, or `keyv` for any other. */
  readonly backend: string;
  /** The back end's own version, where it tells one. */
  readonly version: string | null;
  /** Whether what was confirmed survives a crash of the back end; `unknown` where nobody can tell. */
  readonly durable: "yes" | "no" | "unknown";
  /** The settings that decide it, by the back end's own names. */
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * Durable memory. The host chooses where it lives; we only need these promises.
 *
 * A backend that cannot be reached rejects; it never looks like an empty one. There is no optional
 * method: a store that cannot keep a promise must not pretend to.
 */
export interface Store {
  /** Whom `commit` is atomic against: other calls in this process, or every process on the backend. */
  readonly atomicity: "process" | "cluster";

  /**
   * Checks the backend, takes what must be exclusive, and finishes what a crash left half done.
   * Everything else rejects with `store_unavailable` before it.
   *
   * @throws {Error} With what to do, when the set-up cannot keep the promises below.
   */
  start(): Promise<void>;

  /** What it stands on; only while it is started. */
  describe(): StoreDescription;

  /** Waits for the commits under way and lets go of what `start` took. Does not close the backend. */
  stop(): Promise<void>;

  /** @throws {Failure} `store_unavailable` when the backend did not answer. */
  get<Value>(key: string): Promise<Stored<Value> | undefined>;

  /** In the order of `keys`; a missing record is `undefined`. @throws as `get`. */
  getMany<Value>(keys: readonly string[]): Promise<readonly (Stored<Value> | undefined)[]>;

  /**
   * All or nothing. Of any number of concurrent commits that share a guarded record exactly one wins.
   * Writes without a guard apply in the order of their commits.
   *
   * @returns `false` when a guarded record has moved on; nothing was written then.
   * @throws {Failure} `store_unavailable` when the backend did not answer: the change may or may not
   *   have landed, so read again before trying again.
   */
  commit(change: Change): Promise<boolean>;
}
