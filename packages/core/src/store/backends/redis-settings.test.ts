import { expect, test } from "vitest";
import { describeRedis, parseInfo, refuseUnfitRedis } from "./redis-settings.ts";

const INFO = [
  "# Server",
  "redis_version:7.0.15",
  "config_file:C:\\redis.conf",
  "",
  "# Memory",
  "maxmemory_policy:noeviction",
  "role:master",
  "cluster_enabled:0",
  "aof_enabled:1",
].join("\r\n");

test("the answer to INFO is read line by line, values with colons included", () => {
  expect(parseInfo(INFO)).toMatchObject({
    redis_version: "7.0.15",
    config_file: "C:\\redis.conf",
    aof_enabled: "1",
  });
  expect(() => refuseUnfitRedis(parseInfo(INFO))).not.toThrow();
});

test.each([
  ["maxmemory_policy", "allkeys-lfu", "maxmemory-policy to noeviction"],
  ["role", "slave", "its primary"],
  ["cluster_enabled", "1", "without cluster mode"],
])("%s %s is refused", (name, value, advice) => {
  expect(() => refuseUnfitRedis({ ...parseInfo(INFO), [name]: value })).toThrow(advice);
});

test.each([
  ["1", "everysec", "yes"],
  ["1", "always", "yes"],
  ["1", undefined, "yes"],
  ["1", "no", "no"],
  ["0", "always", "no"],
])("with aof_enabled %s and appendfsync %s it is durable: %s", (aof, appendfsync, durable) => {
  const info = { ...parseInfo(INFO), aof_enabled: aof };
  expect(describeRedis(info, appendfsync)).toMatchObject({ durable, version: "7.0.15" });
});

test("Valkey is told apart", () => {
  const info = { ...parseInfo(INFO), server_name: "valkey", valkey_version: "8.1.0" };
  expect(describeRedis(info, "always")).toMatchObject({ backend: "valkey", version: "8.1.0" });
});
