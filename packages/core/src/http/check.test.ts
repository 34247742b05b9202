import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Failure } from "../failure.ts";
import { check } from "./check.ts";

const Order = z.strictObject({
  name: z.string().min(1),
  size: z.int(),
  address: z.strictObject({ city: z.string() }).optional(),
  tags: z.array(z.string()).optional(),
});

function refusal(value: unknown): Failure {
  try {
    check(Order, value);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("The value was not refused.");
}

const pathsOf = ({ context }: Failure) => context.fields?.map(({ path }) => path);

describe("a check", () => {
  it("hands on what is right", () => {
    expect(check(Order, { name: "a", size: 1 })).toEqual({ name: "a", size: 1 });
  });

  it("names a field in which an object poses as text", () => {
    const name = JSON.parse('{"length":{"toString":null,"valueOf":null}}');
    expect(pathsOf(refusal({ name, size: 1 }))).toEqual(["name"]);
  });

  it("names every wrong field, in its words and as a list", () => {
    const failure = refusal({ name: "", size: "x", address: { city: 7 }, tags: ["a", 1] });
    expect(failure).toMatchObject({ code: "invalid_request", status: 400 });
    expect(pathsOf(failure)).toEqual(["name", "size", "address.city", "tags.1"]);
    for (const path of pathsOf(failure) ?? []) expect(failure.message).toContain(`${path}: `);
  });

  it("refuses fields it does not know by their names, beside what else is wrong", () => {
    const failure = refusal({ name: "a", sise: 1, colour: "red", address: { city: "x", zip: 1 } });
    expect(pathsOf(failure)).toEqual(
      expect.arrayContaining(["size", "sise", "colour", "address.zip"]),
    );
  });

  it.each([null, [], "text", 7, true])("refuses %j, which is no object", (value) => {
    expect(pathsOf(refusal(value))).toEqual([""]);
  });

  it("refuses what would become a prototype", () => {
    const value: unknown = JSON.parse('{"name":"a","size":1,"__proto__":{"admin":true}}');
    expect(() => check(Order, value)).toThrow("__proto__");
  });

  it("does not repeat the values it was given", () => {
    const failure = refusal({ name: 7, size: "canary-secret", canary: 1 });
    expect(JSON.stringify([failure.message, failure.context])).not.toContain("canary-secret");
  });
});
