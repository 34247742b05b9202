import type { Clock } from "../../clock.ts";
import type { Store } from "../../store/store.ts";
import { readOrganization } from "../organizations/organization.ts";
import { type ApiKeyRecord, apiKeyKey } from "./api-key-record.ts";

/** For so long after it was read a key counts as unchanged, in whatever process it was changed. */
const TRUSTED_MS = 1_000;
/** Beyond this many all are forgotten. */
const MOST_KEYS = 10_000;

/** API keys as they were read within the last second. */
export interface KnownKeys {
  /**
   * A key of an organization that was not deleted. One that is not `right` by what is known of it is
   * read anew, since it may have just been rotated.
   *
   * @throws {Failure} `store_unavailable`
   */
  find(
    keyId: string,
    isRight: (record: ApiKeyRecord) => boolean,
  ): Promise<ApiKeyRecord | undefined>;
  /**
   * Runs a change of keys: this process sees it at once, others within a second; also one that may or
   * may not have landed.
   */
  changing<Result>(change: () => Promise<Result>): Promise<Result>;
}

interface Known {
  readonly readAt: number;
  readonly record: Promise<ApiKeyRecord | undefined>;
}

export function createKnownKeys({
  store,
  clock,
}: {
  readonly store: Store;
  readonly clock: Clock;
}): KnownKeys {
  const known = new Map<string, Known>();

  function read(keyId: string): Promise<ApiKeyRecord | undefined> {
    if (known.size >= MOST_KEYS) known.clear();
    const entry = { readAt: clock.now(), record: load(store, keyId) };
    known.set(keyId, entry);
    const drop = () => {
      if (known.get(keyId) === entry) known.delete(keyId);
    };
    entry.record.then((record) => record ?? drop(), drop);
    return entry.record;
  }

  /** A clock that was set back makes nothing last longer. */
  function isTrusted(readAt: number): boolean {
    const age = clock.now() - readAt;
    return age >= 0 && age < TRUSTED_MS;
  }

  return {
    async find(keyId, isRight) {
      const entry = known.get(keyId);
      if (entry && isTrusted(entry.readAt)) {
        const record = await entry.record;
        if (record && isRight(record)) return record;
      }
      const record = await read(keyId);
      return record && isRight(record) ? record : undefined;
    },
    async changing(change) {
      try {
        return await change();
      } finally {
        known.clear();
      }
    },
  };
}

async function load(store: Store, keyId: string): Promise<ApiKeyRecord | undefined> {
  const record = (await store.get<ApiKeyRecord>(apiKeyKey(keyId)))?.value;
  if (!record) return undefined;
  const organization = await readOrganization(store, record.organizationId);
  return organization?.value.deletedAt == null ? record : undefined;
}
