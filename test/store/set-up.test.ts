import KeyvPostgres from "@keyv/postgres";
import KeyvRedis, { createCluster, createSentinel } from "@keyv/redis";
import KeyvValkey from "@keyv/valkey";
import { createHub, keyvStore } from "@wabakit/core";
import { fakeMeta } from "@wabakit/testing";
import Keyv, { type KeyvOptions } from "keyv";
import KeyvPostgres5 from "keyv-postgres5";
import KeyvRedis5 from "keyv-redis5";
import { Keyv as Keyv5 } from "keyv5";
import { describe, expect, it, onTestFinished } from "vitest";
import { hubOptions } from "../spine/setting.ts";
import { chaosProxy } from "./chaos-proxy.ts";
import {
  POSTGRES,
  postgresConnects,
  postgresPlace,
  REDIS,
  redisConnects,
  redisPlace,
  type SharedPlace,
} from "./places.ts";
import { HAS_REDIS_SERVER, redisServer } from "./redis-server.ts";

/** Why a store on this Keyv does not start; `undefined` when it does. */
async function refusalOf(either: Keyv | Keyv5): Promise<string | undefined> {
  const keyv = either as Keyv; // they look the same to us, not to TypeScript
  keyv.on("error", () => {});
  const store = keyvStore(keyv);
  onTestFinished(async () => {
    await store.stop();
    if ("query" in keyv.store) await keyv.get("key").catch(() => {}); // it must not close before it is open
    await keyv.disconnect().catch(() => {});
  });
  return store.start().then(
    () => undefined,
    (error: Error) => error.message,
  );
}

const reversed = (text: unknown) => [...String(text)].reverse().join("");
const foreign: readonly (readonly [string, KeyvOptions, string])[] = [
  ["compression", { compression: { compress: reversed, decompress: reversed } }, "serializer"],
  ["encryption", { encryption: { encrypt: reversed, decrypt: reversed } }, "serializer"],
  ["no serializer", { serialization: false }, "given as `store`"],
  ["a ttl", { ttl: 60_000 }, "make it without `ttl`"],
  ["sanitizing", { sanitize: { keys: true } }, "without"],
];
const foreign5: readonly (readonly [string, object, string])[] = [
  [
    "compression",
    { compression: { opts: {}, compress: reversed, decompress: reversed } },
    "serializer",
  ],
  [
    "a serializer",
    {
      serialize: (value: unknown) => reversed(JSON.stringify(value)),
      deserialize: (text: string) => JSON.parse(reversed(text)),
    },
    "serializer",
  ],
  ["a ttl", { ttl: 60_000 }, "make it without `ttl`"],
];

describe.skipIf(!HAS_REDIS_SERVER)("a hub that wants its store to be durable", () => {
  async function startOn(settings: Readonly<Record<string, string>>): Promise<void> {
    const [server, meta] = [await redisServer(settings), await fakeMeta()];
    const keyv = new Keyv({ store: new KeyvRedis(server.url) });
    const hub = createHub({ ...hubOptions(meta), store: keyv, durable: true });
    onTestFinished(async () => {
      await hub.stop();
      await keyv.disconnect();
      await meta.close();
    });
    await hub.start();
  }

  it("refuses a Redis without an append-only file", async () => {
    await expect(startOn({ appendonly: "no" })).rejects.toThrow(
      /durable is true, .* redis .*appendonly is no.*: set appendonly to yes/,
    );
  });

  it("refuses one that leaves it to the system when to write", async () => {
    await expect(startOn({ appendonly: "yes", appendfsync: "no" })).rejects.toThrow(
      "appendfsync is no",
    );
  });

  it.each(["everysec", "always"])("takes one that syncs %s", async (appendfsync) => {
    await startOn({ appendonly: "yes", appendfsync });
  });
});

describe.skipIf(!HAS_REDIS_SERVER)("a Redis that cannot keep a store is refused", () => {
  const connects = ["Redis, Keyv 6", "Redis, Keyv 5", "Valkey, Keyv 6"];
  const on = (connect: string, url: string) =>
    redisConnects[connect]?.("store", url) ?? expect.unreachable();

  it.each(connects)("when it evicts (%s)", async (connect) => {
    const server = await redisServer({ "maxmemory-policy": "allkeys-lru" });
    const refusal = await refusalOf(on(connect, server.url));
    expect(refusal).toContain("maxmemory-policy allkeys-lru");
    expect(refusal).toContain("set maxmemory-policy to noeviction");
  });

  it("but not when it evicts only what expires", async () => {
    const server = await redisServer({ "maxmemory-policy": "volatile-lru" });
    expect(await refusalOf(on("Redis, Keyv 6", server.url))).toBeUndefined();
  });

  it.each(connects)("when it is a replica (%s)", async (connect) => {
    const [server, primary] = await Promise.all([redisServer(), redisServer()]);
    await server.send("REPLICAOF", "127.0.0.1", String(primary.port));
    expect(await refusalOf(on(connect, server.url))).toContain("connect the Keyv to its primary");
  });

  it.each(connects)("when it is a node of a cluster (%s)", async (connect) => {
    const server = await redisServer({ "cluster-enabled": "yes" });
    expect(await refusalOf(on(connect, server.url))).toContain("without cluster mode");
  });

  it("when the client is one of a cluster, or of Sentinel", async () => {
    const { url, port } = await redisServer();
    const cluster = new KeyvRedis(createCluster({ rootNodes: [{ url }] }) as never);
    expect(await refusalOf(new Keyv({ store: cluster }))).toContain("Redis Cluster and Sentinel");
    const sentinelRootNodes = [{ host: "127.0.0.1", port }];
    const sentinel = new KeyvRedis(createSentinel({ name: "main", sentinelRootNodes }) as never);
    expect(await refusalOf(new Keyv({ store: sentinel }))).toContain("Redis Cluster and Sentinel");
  });
});

describe.skipIf(!REDIS)("a Keyv on Redis that would not keep records is refused", () => {
  const place = () => gone(redisPlace(redisConnects["Redis, Keyv 6"] ?? expect.unreachable()));

  it.each(foreign)("with %s of its own (Keyv 6)", async (_, options, advice) => {
    const { name } = place();
    for (const store of [new KeyvRedis(REDIS), new KeyvValkey(REDIS)]) {
      const keyv = new Keyv({ store: store as never, namespace: name, ...options });
      expect(await refusalOf(keyv)).toContain(advice);
    }
  });

  it.each(foreign5)("with %s of its own (Keyv 5)", async (_, options, advice) => {
    const store = new KeyvRedis5(REDIS);
    expect(await refusalOf(new Keyv5({ store, namespace: place().name, ...options }))).toContain(
      advice,
    );
  });

  it("on an adapter that two of them share", async () => {
    const { name } = place();
    const store = new KeyvRedis(REDIS);
    const keyv = new Keyv({ store, namespace: name });
    new Keyv({ store, namespace: "theirs" });
    expect(await refusalOf(keyv)).toContain("give each Keyv an adapter of its own");
    const store5 = new KeyvRedis5(REDIS);
    const keyv5 = new Keyv5({ store: store5, namespace: name });
    new Keyv5({ store: store5, namespace: "theirs" });
    expect(await refusalOf(keyv5)).toContain("give each Keyv an adapter of its own");
  });

  it("with a spelling of keys that we do not know", async () => {
    const store = new KeyvRedis(REDIS, { keyPrefixSeparator: "#" });
    const keyv = new Keyv({ store, namespace: place().name });
    expect(await refusalOf(keyv)).toContain("without a key prefix of their own");
  });
});

describe.skipIf(!POSTGRES)("a PostgreSQL that cannot keep a store is refused", () => {
  const place = () =>
    gone(postgresPlace(postgresConnects["PostgreSQL, Keyv 6"] ?? expect.unreachable()));
  const on = (options: object) => ({ uri: POSTGRES, table: place().name, maxUses: 1, ...options });

  it("when its table is unlogged", async () => {
    const unlogged = on({ useUnloggedTable: true });
    await new KeyvPostgres(unlogged).get("key"); // its table is there now
    const keyv = new Keyv({ store: new KeyvPostgres(unlogged) });
    expect(await refusalOf(keyv)).toContain("make the adapter without useUnloggedTable");
    const unlogged5 = on({ useUnloggedTable: true });
    await new KeyvPostgres5(unlogged5).get("key");
    const keyv5 = new Keyv5({ store: new KeyvPostgres5(unlogged5) });
    expect(await refusalOf(keyv5)).toContain("SET LOGGED");
  });

  it("when its table becomes an unlogged one at the first start", async () => {
    const keyv = new Keyv({ store: new KeyvPostgres(on({ useUnloggedTable: true })) });
    expect(await refusalOf(keyv)).toContain("without useUnloggedTable");
  });

  it("when one may only read there", async () => {
    const { name } = place();
    for (const connect of ["PostgreSQL, Keyv 6", "PostgreSQL, Keyv 5"]) {
      const uri = `${POSTGRES}?options=-c%20default_transaction_read_only%3Don`;
      const keyv = postgresConnects[connect]?.(name, uri) ?? expect.unreachable();
      expect(await refusalOf(keyv)).toContain("default_transaction_read_only");
    }
  });

  it("when it lets nobody in", async () => {
    const uri = POSTGRES.replace(/[^/]*$/, "nowhere");
    const keyv =
      postgresConnects["PostgreSQL, Keyv 6"]?.(place().name, uri) ?? expect.unreachable();
    expect(await refusalOf(keyv)).toContain('PostgreSQL cannot be reached: database "nowhere"');
  });

  it("when its adapter was made while it was away", async () => {
    const proxy = await chaosProxy(POSTGRES);
    onTestFinished(proxy.close);
    for (const connect of ["PostgreSQL, Keyv 6", "PostgreSQL, Keyv 5"]) {
      const { name } = place();
      await proxy.become({ kind: "down" });
      const make = () => postgresConnects[connect]?.(name, proxy.url) ?? expect.unreachable();
      const keyv = make();
      expect(await refusalOf(keyv)).toContain("PostgreSQL cannot be reached");
      await proxy.become({ kind: "fine" });
      expect(await refusalOf(keyv)).toContain("make a new one, with a new adapter");
      expect(await refusalOf(make())).toBeUndefined();
    }
  });

  it.each([40, 250])(
    "when a namespace of %i characters leaves our keys no room",
    async (length) => {
      const namespace = "n".repeat(length);
      const store = new KeyvPostgres5(on({}));
      expect(await refusalOf(new Keyv5({ store, namespace }))).toContain(
        "use at most 24 characters",
      );
    },
  );

  it("but not when the namespace stands in a column of its own", async () => {
    const keyv = new Keyv({ store: new KeyvPostgres(on({})), namespace: "n".repeat(250) });
    expect(await refusalOf(keyv)).toBeUndefined();
  });

  it.each(foreign)("under a Keyv 6 with %s of its own", async (_, options, advice) => {
    const keyv = new Keyv({ store: new KeyvPostgres(on({})), ...options });
    expect(await refusalOf(keyv)).toContain(advice);
  });

  it.each(foreign5)("under a Keyv 5 with %s of its own", async (_, options, advice) => {
    const keyv = new Keyv5({ store: new KeyvPostgres5(on({})), ...options });
    expect(await refusalOf(keyv)).toContain(advice);
  });

  it("under two Keyvs that share an adapter", async () => {
    const store = new KeyvPostgres(on({}));
    const keyv = new Keyv({ store, namespace: "ours" });
    new Keyv({ store, namespace: "theirs" });
    expect(await refusalOf(keyv)).toContain("give each Keyv an adapter of its own");
  });
});

/** A place that goes when the test ends. */
function gone(place: SharedPlace): SharedPlace {
  onTestFinished(place.discard);
  return place;
}
