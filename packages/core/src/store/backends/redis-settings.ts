import type { BackendDescription } from "./backend.ts";

const CLUSTER =
  "Redis Cluster cannot change several keys together: give the Keyv a Redis or Valkey without cluster mode, or PostgreSQL.";
const REPLICA = "This Redis is a read-only replica: connect the Keyv to its primary.";

/** What `INFO` and, where it is allowed, `CONFIG GET` tell. */
export type RedisInfo = Readonly<Record<string, string>>;

/** The lines `name:value` of an answer to `INFO`. */
export function parseInfo(answer: string): RedisInfo {
  const lines = answer.split(/\r?\n/).filter((line) => /^\w+:/.test(line));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]),
  );
}

/** @throws {Error} With what to do, when this Redis cannot keep what it is given. */
export function refuseUnfitRedis(info: RedisInfo): void {
  if (info.cluster_enabled === "1") throw new Error(CLUSTER);
  if (info.role === "slave") throw new Error(REPLICA);
  const policy = info.maxmemory_policy ?? "noeviction";
  if (policy.startsWith("allkeys-")) throw new Error(evicting(policy));
}

/** Durable with an append-only file that is synced: at every write, or once a second. */
export function describeRedis(
  info: RedisInfo,
  appendfsync: string | undefined,
): BackendDescription {
  const isDurable = info.aof_enabled === "1" && appendfsync !== "no";
  return {
    backend: info.server_name ?? "redis",
    version: info.valkey_version ?? info.redis_version ?? null,
    durable: isDurable ? "yes" : "no",
    settings: {
      appendonly: info.aof_enabled === "1" ? "yes" : "no",
      appendfsync: appendfsync ?? "unknown",
      maxmemory_policy: info.maxmemory_policy ?? "unknown",
    },
  };
}

function evicting(policy: string): string {
  return `This Redis evicts keys when memory runs short (maxmemory-policy ${policy}), which would delete records: set maxmemory-policy to noeviction, or use another Redis.`;
}
