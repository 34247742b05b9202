import Keyv from "keyv";
import { beforeEach, describe, expect, it } from "vitest";
import { keyvStore } from "../store/keyv-store.ts";
import type { Store } from "../store/store.ts";
import { type Reseal, resealRecord } from "./reseal.ts";
import { createVault } from "./vault.ts";

interface Account {
  readonly name: string;
  readonly tokens: readonly string[];
}

const KEY = "account:1";
const PLACE = { organizationId: "org_1", record: KEY, field: "tokens" };
const [oldKey, newKey] = [7, 8].map((byte) => new Uint8Array(32).fill(byte));
const oldVault = createVault([oldKey ?? new Uint8Array()]);
const newVault = createVault([newKey ?? new Uint8Array()]);
const vault = createVault([newKey ?? new Uint8Array(), oldKey ?? new Uint8Array()]);

const reseal: Reseal<Account> = (account, rewrap) => ({
  ...account,
  tokens: account.tokens.map((sealed) => rewrap(sealed, PLACE)),
});

let store: Store;
beforeEach(async () => {
  store = keyvStore(new Keyv());
  await store.start();
});

async function put(name: string, ...tokens: readonly string[]): Promise<void> {
  await store.commit({ guards: [], writes: [{ key: KEY, value: { name, tokens } }] });
}

const read = async () => (await store.get<Account>(KEY))?.value;
const seal = (token: string) => oldVault.seal(token, PLACE);

describe("resealRecord", () => {
  it("seals every secret of a record with the newest key, and changes nothing else", async () => {
    await put("a", seal("one"), vault.seal("two", PLACE));
    expect(await resealRecord({ store, vault }, KEY, reseal)).toBe("resealed");
    const { name, tokens = [] } = (await read()) ?? {};
    expect(name).toBe("a");
    expect(tokens.map((sealed) => newVault.open(sealed, PLACE))).toEqual(["one", "two"]);
  });

  it("does not write what is current", async () => {
    await put("a", vault.seal("one", PLACE));
    const before = await store.get(KEY);
    expect(await resealRecord({ store, vault }, KEY, reseal)).toBe("current");
    expect(await store.get(KEY)).toEqual(before);
  });

  it("makes no record where there is none", async () => {
    expect(await resealRecord({ store, vault }, KEY, reseal)).toBe("gone");
    expect(await read()).toBeUndefined();
  });

  it.each([
    ["another name", () => put("b", seal("one")), "resealed", { name: "b", token: "one" }],
    ["another secret", () => put("a", seal("two")), "resealed", { name: "a", token: "two" }],
    [
      "a current secret",
      () => put("a", vault.seal("two", PLACE)),
      "current",
      { name: "a", token: "two" },
    ],
    ["its end", () => end(), "gone", undefined],
  ] as const)("loses nothing to somebody who gives the record %s meanwhile", async (...given) => {
    const [, meanwhile, outcome, expected] = given;
    await put("a", seal("one"));
    const raced = { ...store, commit: raceOnce(meanwhile) };
    expect(await resealRecord({ store: raced, vault }, KEY, reseal)).toBe(outcome);
    const account = await read();
    const token = newVault.open.bind(newVault);
    const seen = account && { name: account.name, token: token(account.tokens[0] ?? "", PLACE) };
    expect(seen).toEqual(expected);
  });

  it("leaves a record alone that the ring does not open, and says which and why", async () => {
    const foreign = createVault([new Uint8Array(32).fill(9)]).seal("three", PLACE);
    await put("a", seal("one"), foreign);
    const outcome = await resealRecord({ store, vault }, KEY, reseal);
    expect(outcome).toEqual({
      unreadable: expect.stringMatching(
        new RegExp(`^${KEY}: .* key ${foreign.split(".")[1]}, which is missing from secretKeys`),
      ),
    });
    expect((await read())?.tokens[1]).toBe(foreign);
  });

  it("does not take an error of the program for an unreadable secret", async () => {
    await put("a", seal("one"));
    const broken = () => {
      throw new TypeError("a bug");
    };
    await expect(resealRecord({ store, vault }, KEY, broken)).rejects.toThrow("a bug");
  });
});

async function end(): Promise<void> {
  await store.commit({ guards: [], writes: [{ key: KEY, value: undefined }] });
}

/** The store's commit, which somebody else beats the first time. */
function raceOnce(meanwhile: () => Promise<void>): Store["commit"] {
  let raced = false;
  return async (change) => {
    if (!raced) {
      raced = true;
      await meanwhile();
    }
    return store.commit(change);
  };
}
