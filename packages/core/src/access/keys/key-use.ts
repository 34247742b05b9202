import type { Clock } from "../../clock.ts";
import type { Logger } from "../../logger.ts";
import type { Store } from "../../store/store.ts";
import { apiKeyKey, apiKeyUseKey } from "./api-key-record.ts";

const NOTED_EVERY_MS = 60 * 60 * 1000;
/** Beyond this many all are forgotten, and looked up again. */
const MOST_KEYS = 10_000;

/** When a key was used last, to the hour, in epoch milliseconds. */
export interface KeyUse {
  readonly at: number;
}

interface UseParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** @returns To be called at every use of a key: it writes at most once an hour for each, and never waits. */
export function createKeyUse(parts: UseParts): (keyId: string) => void {
  const { clock, logger } = parts;
  const noted = new Map<string, number>();

  return (keyId) => {
    const now = clock.now();
    if (now < (noted.get(keyId) ?? 0) + NOTED_EVERY_MS) return;
    if (noted.size >= MOST_KEYS) noted.clear();
    noted.set(keyId, now);
    note(parts, keyId, now).catch((error: unknown) => {
      noted.delete(keyId);
      logger.debug({ error, keyId }, "the use of an API key was not noted");
    });
  };
}

/** Other processes note uses as well. One of a key that is gone by now leaves nothing behind. */
async function note({ store }: UseParts, keyId: string, at: number): Promise<void> {
  const [used, record] = await store.getMany<KeyUse>([apiKeyUseKey(keyId), apiKeyKey(keyId)]);
  if (!record || at < (used?.value.at ?? 0) + NOTED_EVERY_MS) return;
  await store.commit({
    guards: [{ key: apiKeyKey(keyId), version: record.version }],
    writes: [{ key: apiKeyUseKey(keyId), value: { at } satisfies KeyUse }],
  });
}
