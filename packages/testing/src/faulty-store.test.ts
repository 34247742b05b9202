import { keyvStore, type Store } from "@wabakit/core";
import Keyv from "keyv";
import { beforeEach, describe, expect, it } from "vitest";
import { faultyStore, type StoreOperation } from "./faulty-store.ts";

const unavailable = { name: "Failure", code: "store_unavailable" };
const put = (store: Store, key: string, value: unknown) =>
  store.commit({ guards: [], writes: [{ key, value }] });

describe("faultyStore", () => {
  let real: Store;
  beforeEach(async () => {
    real = keyvStore(new Keyv());
    await real.start();
  });

  it("fails the operation with the planned number, before it happens", async () => {
    const store = faultyStore(real, { at: 2, mode: "before" });
    expect(await put(store, "a", 1)).toBe(true);
    await expect(put(store, "a", 2)).rejects.toMatchObject(unavailable);
    expect((await store.get("a"))?.value).toBe(1);
  });

  it("fails an operation after it has happened", async () => {
    const store = faultyStore(real, { at: 1, mode: "after" });
    await expect(put(store, "a", 1)).rejects.toMatchObject(unavailable);
    expect((await store.get("a"))?.value).toBe(1);
  });

  it("fails whatever is chosen, as long as it is chosen", async () => {
    let down = true;
    const chosen = ({ name, keys }: StoreOperation) =>
      down && name !== "commit" && keys.includes("a");
    const store = faultyStore(real, { at: chosen, mode: "before" });
    expect(await put(store, "a", 1)).toBe(true);
    await expect(store.get("a")).rejects.toMatchObject(unavailable);
    await expect(store.getMany(["b", "a"])).rejects.toMatchObject(unavailable);
    expect(await store.getMany(["b"])).toEqual([undefined]);
    down = false;
    expect((await store.get("a"))?.value).toBe(1);
  });

  it("tells the choice what a commit guards and writes, once each", async () => {
    const seen: StoreOperation[] = [];
    const store = faultyStore(real, {
      at: (operation) => !seen.push(operation),
      mode: "before",
    });
    const guards = ["a", "b"].map((key) => ({ key, version: undefined }));
    await store.commit({ guards, writes: [{ key: "b", value: 1 }] });
    expect(seen).toEqual([{ name: "commit", keys: ["a", "b"], n: 1 }]);
  });

  it("leaves start and stop to the store", async () => {
    const store = faultyStore(real, { at: () => true, mode: "before" });
    await store.stop();
    await expect(real.get("a")).rejects.toMatchObject(unavailable);
    await store.start();
    expect(await real.get("a")).toBeUndefined();
    expect(store.atomicity).toBe(real.atomicity);
  });
});
