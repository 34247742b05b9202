import { expect, test } from "vitest";
import { createExcerpt } from "./excerpt.ts";

const excerptOf = (...chunks: (string | Uint8Array)[]) => {
  const excerpt = createExcerpt();
  for (const chunk of chunks) excerpt.add(Buffer.from(chunk));
  return excerpt.text();
};

test("an excerpt is the first 1 KiB, however it was cut into chunks", () => {
  expect(excerptOf("a".repeat(1000), "b".repeat(1000), "c")).toBe(
    "a".repeat(1000) + "b".repeat(24),
  );
});

test("an excerpt does not change with the buffer its chunks were views of", () => {
  const buffer = Buffer.from("original");
  const excerpt = createExcerpt();
  excerpt.add(buffer);
  buffer.fill("x");
  expect(excerpt.text()).toBe("original");
});

test("an excerpt replaces what is not UTF-8, and every control character", () => {
  const bytes = Buffer.concat([Buffer.from("a\u0000b\r\nc\u001b[2Jd\u009be"), Buffer.from([0xff])]);
  expect(excerptOf(bytes, "f")).toBe("a b  c [2Jd e\uFFFDf");
});

test("an excerpt leaves out a character that its end has halved", () => {
  expect(excerptOf("a".repeat(1023), "é")).toBe("a".repeat(1023));
});

test("an excerpt of nothing is empty", () => {
  expect(excerptOf()).toBe("");
});
