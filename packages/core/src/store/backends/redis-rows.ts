import { createHash } from "node:crypto";
import { versionOf } from "../record.ts";
import type { SharedRows, Text } from "./backend.ts";
import { DEADLINES } from "./in-time.ts";
import { type RedisConnection, redisConnection } from "./redis-connection.ts";
import type { RedisClient } from "./redis-link.ts";
import { describeRedis, parseInfo, refuseUnfitRedis } from "./redis-settings.ts";
import { ROW_HEAD_LENGTH, rowHead, unwrap, wrap } from "./row-text.ts";
import type { LearnSpelling } from "./spelling.ts";

/**
 * Compares the heads of the first keys, then writes the others. What Redis refuses for want of memory
 * it refuses at the first `SET`, so `DEL` comes last: nothing is ever half done.
 */
const SWAP = `
local guarded = tonumber(ARGV[1])
for i = 1, guarded do
  if redis.call("GETRANGE", KEYS[i], 0, ${ROW_HEAD_LENGTH - 1}) ~= ARGV[i + 1] then return 0 end
end
for i = guarded + 1, #KEYS do
  if ARGV[i + 1] ~= "" then redis.call("SET", KEYS[i], ARGV[i + 1]) end
end
for i = guarded + 1, #KEYS do
  if ARGV[i + 1] == "" then redis.call("DEL", KEYS[i]) end
end
return 1`;
const SWAP_SHA = createHash("sha1").update(SWAP).digest("hex");

/** Records under the adapter's own keys, on a Redis or Valkey, through a connection beside the host's. */
export function redisRows(
  client: RedisClient,
  learnSpelling: LearnSpelling,
  deadlines = DEADLINES,
): SharedRows {
  const connection = redisConnection(client, deadlines);
  let prefix = "";

  async function mget(keys: readonly string[]): Promise<readonly (string | null)[]> {
    if (keys.length === 0) return [];
    return (await connection.send(["MGET", ...keys])) as (string | null)[];
  }

  return {
    async start() {
      try {
        const info = parseInfo(String(await connection.send(["INFO"])));
        refuseUnfitRedis(info);
        prefix = await learnSpelling(async (keys) => {
          const rows = await mget(keys);
          return keys.filter((_, index) => rows[index] !== null);
        });
        return describeRedis(info, await readAppendfsync(connection));
      } catch (error) {
        connection.close();
        throw error;
      }
    },
    async stop() {
      connection.close();
    },
    async read(keys) {
      const rows = await mget(keys.map((key) => prefix + key));
      return rows.map((row) => (row === null ? undefined : unwrap(row)));
    },
    async swap(expected, records) {
      const keys = [...expected.keys(), ...records.keys()].map((key) => prefix + key);
      const values = [
        ...[...expected.values()].map(rowHeadOf),
        ...[...records.values()].map(rowOf),
      ];
      if (keys.length === 0) return true;
      return (await evaluate(connection, keys, [String(expected.size), ...values])) === 1;
    },
  };
}

function rowHeadOf(head: Text): string {
  return head === undefined ? "" : rowHead(head);
}

function rowOf(text: string): string {
  return versionOf(text) === undefined ? "" : wrap(text);
}

async function evaluate(
  { send }: RedisConnection,
  keys: readonly string[],
  values: readonly string[],
): Promise<unknown> {
  const rest = [String(keys.length), ...keys, ...values];
  return send(["EVALSHA", SWAP_SHA, ...rest]).catch((error: unknown) => {
    if (error instanceof Error && error.message.startsWith("NOSCRIPT")) {
      return send(["EVAL", SWAP, ...rest]);
    }
    throw error;
  });
}

/** Managed services often forbid `CONFIG`; then nobody can tell. */
async function readAppendfsync({ send }: RedisConnection): Promise<string | undefined> {
  const answer = await send(["CONFIG", "GET", "appendfsync"]).catch(() => undefined);
  const pairs = Array.isArray(answer) ? answer : Object.values(answer ?? {});
  return pairs.map(String).find((value) => ["always", "everysec", "no"].includes(value));
}
