import { expect, test } from "vitest";
import { groupRead } from "./group-read.ts";

function countingBackend(fail = false) {
  const asked: (readonly string[])[] = [];
  const read = async (keys: readonly string[]) => {
    asked.push(keys);
    if (fail) throw new Error("gone");
    return keys.map((key) => (key === "missing" ? undefined : `text of ${key}`));
  };
  return { asked, read };
}

test("asks once for what is wanted in the same turn, and answers each in its own order", async () => {
  const backend = countingBackend();
  const read = groupRead(backend);
  const answers = await Promise.all([read(["b", "a"]), read(["missing", "a"]), read(["c"])]);
  expect(answers).toEqual([["text of b", "text of a"], [undefined, "text of a"], ["text of c"]]);
  expect(backend.asked).toEqual([["b", "a", "missing", "c"]]);
});

test("asks again for what is wanted later", async () => {
  const backend = countingBackend();
  const read = groupRead(backend);
  await read(["a"]);
  await read(["a"]);
  expect(backend.asked).toEqual([["a"], ["a"]]);
});

test("fails everybody who asked, and nobody who asks afterwards", async () => {
  const backend = countingBackend(true);
  const read = groupRead(backend);
  const both = await Promise.allSettled([read(["a"]), read(["b"])]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await expect(read(["c"])).rejects.toMatchObject({ code: "store_unavailable" });
  expect(backend.asked).toEqual([["a", "b"], ["c"]]);
});
