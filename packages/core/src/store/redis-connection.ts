import { inTime, isLate } from "./in-time.ts";
import { openRedisLink, type RedisClient, type RedisLink } from "./redis-link.ts";

/** An answer that takes longer counts as none: callers answer 503 and the other side tries again. */
const DEADLINE_MS = 10_000;
const CONNECT_MS = 5_000;

/** One connection at a time, opened when it is needed. */
export interface RedisConnection {
  /** @throws {Error} When Redis refuses, cannot be reached, or does not answer within 10 seconds. */
  readonly send: (command: readonly string[]) => Promise<unknown>;
  readonly close: () => void;
}

/**
 * Commands beside the host's own, in the order they are given. A connection that is lost, or late, is
 * thrown away and the next command opens another: so a back end that is back is used at once, and an
 * answer that comes too late meets nobody.
 */
export function redisConnection(client: RedisClient, deadlineMs = DEADLINE_MS): RedisConnection {
  let opening: Promise<RedisLink> | undefined;
  let current: RedisLink | undefined;

  function link(): Promise<RedisLink> {
    if (current && !current.isOpen()) close();
    opening ??= openRedisLink(client, CONNECT_MS).then(
      (opened) => {
        current = opened;
        return opened;
      },
      (error: unknown) => {
        opening = undefined;
        throw error;
      },
    );
    return opening;
  }

  function close(): void {
    const closing = current;
    current = undefined;
    opening = undefined;
    if (closing?.isOpen()) closing.close();
  }

  return {
    async send(command) {
      const { send } = await link();
      return inTime(send(command), deadlineMs).catch((error: unknown) => {
        if (isLate(error)) close();
        throw error;
      });
    },
    close,
  };
}
