import KeyvSqlite from "@keyv/sqlite";
import Keyv, { type KeyvOptions } from "keyv";
import { describe, expect, it } from "vitest";
import { keyvStore } from "./keyv-store.ts";
import { refuseUnfit } from "./probe.ts";

const sqlite = () => new KeyvSqlite("sqlite://:memory:");
async function probing(keyv: Keyv): Promise<void> {
  const store = keyvStore(keyv);
  await store.start();
  await store.stop();
}

const reversed = (text: unknown) => [...String(text)].reverse().join("");
const compression = { compress: reversed, decompress: reversed };
const encryption = { encrypt: reversed, decrypt: reversed };
const serialization = {
  stringify: (value: unknown) => reversed(JSON.stringify(value)),
  parse: (text: string) => JSON.parse(reversed(text)),
};

describe("probe", () => {
  it("accepts a Keyv as it comes, and leaves nothing behind", async () => {
    const entries = new Map();
    await probing(new Keyv({ store: entries }));
    expect(entries.size).toBe(0);

    const adapter = sqlite();
    await probing(new Keyv({ store: adapter, namespace: "shop" }));
    expect(await adapter.query("SELECT * FROM keyv")).toEqual([]);
    await adapter.disconnect();
  });

  it.each<[string, KeyvOptions]>([
    ["compression", { compression }],
    ["encryption", { encryption }],
    ["serializer", { serialization }],
    ["serializer", { serialization: false }],
    ["sanitizing", { sanitize: { keys: true } }],
  ])("refuses a Keyv on SQLite with %s of its own", async (_, options) => {
    const adapter = sqlite();
    const keyv = new Keyv({ store: adapter, ...options });
    keyv.on("error", () => {});
    await expect(probing(keyv)).rejects.toThrow("does not give back what was written");
    await adapter.disconnect();
  });

  it("refuses a Keyv that makes two keys into one", async () => {
    const keyv = new Keyv({ sanitize: { keys: true } });
    await expect(probing(keyv)).rejects.toThrow("make it without `sanitize`");
  });

  it("refuses a Keyv that lets records expire", async () => {
    await expect(probing(new Keyv({ ttl: 60_000 }))).rejects.toThrow("make it without `ttl`");
  });

  it("refuses an adapter that another Keyv has taken over", async () => {
    const adapter = sqlite();
    const keyv = new Keyv({ store: adapter, namespace: "ours" });
    new Keyv({ store: adapter, namespace: "theirs" });
    await expect(probing(keyv)).rejects.toThrow("an adapter of its own");
    await adapter.disconnect();
  });

  it("refuses a store that forgets what it confirms", async () => {
    const forgetful = {
      get: () => undefined,
      set: () => true,
      delete: () => true,
      has: () => false,
    };
    await expect(probing(new Keyv({ store: forgetful }))).rejects.toThrow("does not give back");
  });

  it("refuses a store that does not confirm", async () => {
    const entries = new Map();
    const silent = {
      get: async (key: string) => entries.get(key),
      set: async () => false,
      delete: async (key: string) => entries.delete(key),
      clear: async () => entries.clear(),
    };
    await expect(probing(new Keyv({ store: silent }))).rejects.toThrow("did not confirm a write");
  });

  it("refuses an adapter whose faults Keyv 5 would hide", async () => {
    const keyv = new Keyv({
      store: { get: () => {}, set: () => {}, delete: () => {}, has: () => {} },
    });
    const keyv5 = Object.assign(Object.create(keyv), { throwOnErrors: false });
    Object.defineProperty(keyv5, "store", { value: { get: async () => undefined } });
    expect(() => refuseUnfit(keyv5)).toThrow("use Keyv 6");
  });
});
