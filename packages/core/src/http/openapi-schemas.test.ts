import { describe, expect, it } from "vitest";
import { z } from "zod";
import { describeSchemas } from "./openapi-schemas.ts";

const Pet = z.strictObject({
  name: z.string().nullable(),
  born: z.iso.datetime(),
  kind: z.enum(["cat", "dog"]).nullable(),
  legs: z.int(),
});
const Wish = z.strictObject({ legs: z.int().max(8).default(4) });
const schemas = describeSchemas({ requests: { Wish }, answers: { Pet } });

describe("a schema with a name", () => {
  it("is told once, and referred to from wherever it is used", () => {
    expect(Object.keys(schemas.components)).toEqual(["Pet", "Wish"]);
    expect(schemas.ofAnswer(Pet)).toEqual({ $ref: "#/components/schemas/Pet" });
    expect(schemas.ofAnswer(z.strictObject({ pets: z.array(Pet) }))).toEqual({
      type: "object",
      properties: { pets: { type: "array", items: { $ref: "#/components/schemas/Pet" } } },
      required: ["pets"],
    });
    expect(schemas.ofAnswer(z.union([Pet, z.null()])).anyOf).toEqual([
      { $ref: "#/components/schemas/Pet" },
      { type: "null" },
    ]);
  });

  it("says no more than is to be said", () => {
    expect(schemas.components.Pet).toEqual({
      type: "object",
      properties: {
        name: { type: ["string", "null"] },
        born: { type: "string", format: "date-time" },
        kind: { type: ["string", "null"], enum: ["cat", "dog", null] },
        legs: { type: "integer" },
      },
      required: ["name", "born", "kind", "legs"],
    });
  });
});

describe("of a request", () => {
  it("is told what may be sent, and that nothing else may", () => {
    expect(schemas.components.Wish).toEqual({
      type: "object",
      properties: { legs: { type: "integer", maximum: 8, default: 4 } },
      additionalProperties: false,
    });
  });
});

it("tells of a pattern where JSON Schema has words for it", () => {
  const Colours = z.strictObject({
    lower: z.string().regex(/^#[0-9a-f]$/),
    any: z
      .string()
      .regex(/^#[0-9a-f]$/i)
      .nullable(),
  });
  expect(schemas.ofAnswer(Colours).properties).toEqual({
    lower: { type: "string", pattern: "^#[0-9a-f]$" },
    any: { type: ["string", "null"] },
  });
});

it("leaves what is written about as it was: fields may have the names of words of JSON Schema", () => {
  const Odd = z.strictObject({
    pattern: z.string(),
    $id: z.string(),
    additionalProperties: z.int(),
  });
  const { properties, required } = schemas.ofAnswer(Odd);
  expect(properties).toEqual({
    pattern: { type: "string" },
    $id: { type: "string" },
    additionalProperties: { type: "integer" },
  });
  expect(required).toEqual(["pattern", "$id", "additionalProperties"]);
});
