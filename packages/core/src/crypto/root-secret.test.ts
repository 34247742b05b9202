import { describe, expect, it } from "vitest";
import { Failure } from "../failure.ts";
import type { Change, Store, Stored } from "../store/store.ts";
import { resealRecord } from "./reseal.ts";
import {
  loadRootSecret,
  ROOT_SECRET_KEY,
  type RootLabel,
  resealRootSecret,
} from "./root-secret.ts";
import { createVault } from "./vault.ts";

const LABELS: readonly RootLabel[] = ["pepper", "cursor", "link", "session"];
const oldKey = new Uint8Array(32).fill(7);
const newKey = new Uint8Array(32).fill(8);
const vault = createVault([oldKey]);

describe("loadRootSecret", () => {
  it("gives the same keys at every start", async () => {
    const store = memoryStore();
    const first = await loadRootSecret(store, vault);
    const second = await loadRootSecret(store, vault);
    for (const label of LABELS) expect(second.derive(label)).toEqual(first.derive(label));
    expect(store.commits).toHaveLength(1);
  });

  it.each([
    ["pepper", "252ed80806e00223257d6579088a736a50f88dc5ce143518092af287dd468590"],
    ["cursor", "82e2ef88f58a71b86dc5136613eed49888afc41bfe8451ea5317edced237d74f"],
    ["link", "a4c42534d0d617cea156232a49b0e064dc46cce55ccb68938d3c84f34057a6ed"],
    ["session", "cab2f234667cde57c6ecf2a224ae79ef8d892a5265863119ca72a2f000090eaf"],
  ] as const)("derives the %s key by HKDF-SHA-256", async (label, expected) => {
    const root = await loadRootSecret(memoryStore(), vault, (size) => new Uint8Array(size).fill(1));
    expect(root.derive(label).toString("hex")).toBe(expected);
  });

  it("makes another secret for another store", async () => {
    const [a, b] = [memoryStore(), memoryStore()];
    const roots = await Promise.all([loadRootSecret(a, vault), loadRootSecret(b, vault)]);
    expect(roots[0].derive("pepper")).not.toEqual(roots[1].derive("pepper"));
  });

  it("is made once when several processes start together", async () => {
    const store = memoryStore();
    const roots = await Promise.all(Array.from({ length: 8 }, () => loadRootSecret(store, vault)));
    const peppers = roots.map((root) => root.derive("pepper").toString("hex"));
    expect(new Set(peppers).size).toBe(1);
    expect(store.commits.filter((commit) => commit.won)).toHaveLength(1);
  });

  it("leaves only sealed text in the store", async () => {
    const store = memoryStore();
    await loadRootSecret(store, vault, (size) => Buffer.alloc(size, "canary"));
    const text = JSON.stringify((await store.get(ROOT_SECRET_KEY))?.value);
    expect(text).not.toContain("canary");
    expect(text).not.toContain(Buffer.alloc(32, "canary").toString("base64"));
  });

  it("says that a ring does not open this store, and names the missing key", async () => {
    const store = memoryStore();
    await loadRootSecret(store, vault);
    const attempt = loadRootSecret(store, createVault([newKey]));
    await expect(attempt).rejects.toThrow(
      /secretKeys does not open this store.*key [\w-]{12}, which is missing.*hub\.rotateSecrets/,
    );
    await expect(attempt).rejects.not.toBeInstanceOf(Failure);
    expect(store.commits).toHaveLength(1);
  });

  it("passes on what the store says", async () => {
    const down = new Failure("store_unavailable");
    const store = { ...memoryStore(), get: () => Promise.reject(down) };
    await expect(loadRootSecret(store, vault)).rejects.toBe(down);
  });

  it("does not hand out a secret the store did not keep", async () => {
    const store = { ...memoryStore(), commit: () => Promise.resolve(true) };
    await expect(loadRootSecret(store, vault)).rejects.toMatchObject({ code: "store_unavailable" });
  });
});

describe("loadRootSecret with a rotated ring", () => {
  const rotated = createVault([newKey, oldKey]);

  it("says that it is not sealed with the newest key, and leaves it", async () => {
    const store = memoryStore();
    expect((await loadRootSecret(store, vault)).isCurrent).toBe(true);
    expect((await loadRootSecret(store, rotated)).isCurrent).toBe(false);
    expect((await loadRootSecret(store, vault)).isCurrent).toBe(true);
    expect(store.commits).toHaveLength(1);
  });

  it("keeps the secret when it is sealed anew, so that the old key can go", async () => {
    const store = memoryStore();
    const before = await loadRootSecret(store, vault);
    const during = await loadRootSecret(store, rotated);
    await resealRecord({ store, vault: rotated }, ROOT_SECRET_KEY, resealRootSecret);
    const after = await loadRootSecret(store, createVault([newKey]));
    expect(after.isCurrent).toBe(true);
    await expect(loadRootSecret(store, vault)).rejects.toThrow(/does not open this store/);
    expect(during.derive("pepper")).toEqual(before.derive("pepper"));
    expect(after.derive("pepper")).toEqual(before.derive("pepper"));
  });
});

/** The least that keeps the promises of `get` and `commit`. */
function memoryStore() {
  const records = new Map<string, Stored<unknown>>();
  const commits: { readonly won: boolean }[] = [];
  // The caller names the type of what it stored, as with any store.
  const get = async <Value>(key: string) => records.get(key) as Stored<Value> | undefined;
  const commit = async ({ guards, writes }: Change) => {
    const won = guards.every(({ key, version }) => records.get(key)?.version === version);
    commits.push({ won });
    for (const { key, value } of won ? writes : []) {
      records.set(key, { value: structuredClone(value), version: `${commits.length}` });
    }
    return won;
  };
  const idle = async () => {};
  return {
    atomicity: "process",
    start: idle,
    describe: () => {
      throw new Error("Nobody asks.");
    },
    stop: idle,
    get,
    getMany: <Value>(keys: readonly string[]) => Promise.all(keys.map((key) => get<Value>(key))),
    commit,
    commits,
  } satisfies Store & { readonly commits: readonly { readonly won: boolean }[] };
}
