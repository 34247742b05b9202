import { expect, test } from "vitest";
import { z } from "zod";
import { safeParse } from "./safe-parse.ts";

const Schema = z.object({ list: z.array(z.object({ name: z.string().min(1) })) });

test("says what the schema says", () => {
  const value = { list: [{ name: "x" }] };
  expect(safeParse(Schema, value)).toEqual({ success: true, data: value });
  expect(safeParse(Schema, { list: [{ name: "" }] }).error?.issues).toHaveLength(1);
});

test("names an object that poses as text, where zod throws", () => {
  const text = '{"list":[{"name":{"length":{"toString":null,"valueOf":null}}}]}';
  expect(() => Schema.safeParse(JSON.parse(text))).toThrow(TypeError);
  const { error } = safeParse(Schema, JSON.parse(text));
  expect(error?.issues).toMatchObject([
    { path: ["list", "0", "name"], message: "must not be an object with a length" },
  ]);
});

test("lets through what a schema itself throws", () => {
  const failing = z.string().transform(() => {
    throw new RangeError("of our own");
  });
  expect(() => safeParse(failing, "x")).toThrow("of our own");
});
