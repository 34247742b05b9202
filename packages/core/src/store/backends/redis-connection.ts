import { type Deadlines, inTime, isLate } from "./in-time.ts";
import { openRedisLink, type RedisClient, type RedisLink } from "./redis-link.ts";

/** One connection at a time, opened when it is needed. */
export interface RedisConnection {
  /** @throws {Error} When Redis refuses, cannot be reached, or does not answer in time. */
  readonly send: (command: readonly string[]) => Promise<unknown>;
  readonly close: () => void;
}

/**
 * Commands beside the host's own, in the order they are given. A connection that is lost, or late, is
 * thrown away and the next command opens another: so a back end that is back is used at once, and an
 * answer that comes too late meets nobody.
 */
export function redisConnection(
  client: RedisClient,
  { connectMs, answerMs }: Deadlines,
): RedisConnection {
  let opening: Promise<RedisLink> | undefined;
  let current: RedisLink | undefined;

  function link(): Promise<RedisLink> {
    if (current && !current.isOpen()) close();
    if (opening) return opening;
    const mine = openRedisLink(client, connectMs);
    opening = mine;
    mine.then(
      (opened) => {
        if (opening === mine) current = opened;
        else opened.close(); // closed meanwhile
      },
      () => {
        if (opening === mine) opening = undefined;
      },
    );
    return mine;
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
      return inTime(send(command), answerMs).catch((error: unknown) => {
        if (isLate(error)) close();
        throw error;
      });
    },
    close,
  };
}
