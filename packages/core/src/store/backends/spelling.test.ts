import Keyv from "keyv";
import { expect, test } from "vitest";
import { surfacingErrors } from "./keyv-calls.ts";
import { learningSpelling } from "./spelling.ts";

const keyvOn = (entries: Map<string, unknown>, namespace?: string) =>
  new Keyv({ store: entries, ...(namespace === undefined ? {} : { namespace }) });
const learn = (keyv: Keyv, exists: Parameters<ReturnType<typeof learningSpelling>>[0]) =>
  learningSpelling(keyv, surfacingErrors(keyv), { connectMs: 50, answerMs: 50 })(exists);

test.each(["", "shop:", "shop::", "shop:shop:", "shop::shop:", "namespace:shop:"])(
  "finds out that keys stand behind “%s”, and removes its traces",
  async (prefix) => {
    const entries = new Map<string, unknown>();
    const exists = async (spellings: readonly string[]) => {
      const [written = ""] = [...entries.keys()].map((key) => key.replace(/^shop:+/, ""));
      return spellings.filter((spelling) => spelling === prefix + written);
    };
    expect(await learn(keyvOn(entries, "shop"), exists)).toBe(prefix);
    expect(entries.size).toBe(0);
  },
);

test("refuses a Keyv that writes elsewhere", async () => {
  const nowhere = async () => [];
  await expect(learn(keyvOn(new Map()), nowhere)).rejects.toThrow("without a key prefix");
});

test("tells what keeps a Keyv from writing, and what may help", async () => {
  const keyv = new Keyv();
  keyv.set = async () => {
    throw new Error("no such table");
  };
  const attempt = learn(keyv, async () => []);
  await expect(attempt).rejects.toThrow("cannot write to it: no such table. If it was away");
});

test("does not wait for one that does not answer", async () => {
  const keyv = new Keyv();
  keyv.set = () => new Promise(() => {});
  await expect(learn(keyv, async () => [])).rejects.toThrow("did not answer within 50 ms");
});
