import { z } from "zod";
import type { JsonSchema } from "./openapi-document.ts";

type Named = Readonly<Record<string, z.ZodType>>;

/** Schemas that the document holds once, under their names. */
export interface SchemaNames {
  readonly requests: Named;
  readonly answers: Named;
}

/** The schemas of rows in the words of the document. */
export interface Schemas {
  /** Every schema that has a name. */
  readonly components: Readonly<Record<string, JsonSchema>>;
  /** A reference to a schema that has a name, and all of one that has none. */
  readonly ofRequest: (schema: z.ZodType) => JsonSchema;
  readonly ofAnswer: (schema: z.ZodType) => JsonSchema;
}

const COMPONENTS = "#/components/schemas/";
const PRIVATE = "#/$defs/";

/** What JSON Schema says of its own accord. */
const NOTICES = new Set(["$schema", "$id", "$defs", "id"]);

/** Writes zod schemas as JSON Schemas: of a request what may be sent, of an answer what comes. */
export function describeSchemas({ requests, answers }: SchemaNames): Schemas {
  const ofRequests = describer(requests, "input");
  const ofAnswers = describer(answers, "output");
  const components = Object.entries({ ...ofRequests.components, ...ofAnswers.components });
  return {
    components: Object.fromEntries(components.sort(([a], [b]) => (a < b ? -1 : 1))),
    ofRequest: ofRequests.describe,
    ofAnswer: ofAnswers.describe,
  };
}

function describer(named: Named, io: "input" | "output") {
  const registry = z.registry<{ id: string }>();
  const names = new Map<z.ZodType, string>();
  for (const [id, schema] of Object.entries(named)) {
    registry.add(schema, { id });
    names.set(schema, id);
  }
  const uri = (id: string) => COMPONENTS + id;
  const { schemas } = z.toJSONSchema(registry, { io, uri, override });
  const components = Object.entries(schemas).map(([id, schema]) => [id, tidied(schema, io)]);
  return {
    components: Object.fromEntries(components) as Readonly<Record<string, JsonSchema>>,
    describe(schema: z.ZodType): JsonSchema {
      const name = names.get(schema);
      if (name !== undefined) return { $ref: uri(name) };
      return tidied(z.toJSONSchema(schema, { io, metadata: registry, override }), io);
    },
  };
}

/** JSON Schema has no flags: without them the pattern would refuse what we take, and answer. */
const override: NonNullable<z.core.ToJSONSchemaParams["override"]> = ({
  zodSchema,
  jsonSchema,
}) => {
  const { checks = [] } = zodSchema._zod.def;
  if (checks.some(hasFlags)) delete jsonSchema.pattern;
};

function hasFlags({ _zod: { def } }: z.core.$ZodCheck): boolean {
  return "pattern" in def && def.pattern instanceof RegExp && def.pattern.ignoreCase;
}

/** Takes away what goes without saying; it is a schema again, since it was one. */
function tidied(schema: object, io: "input" | "output"): JsonSchema {
  return tidy(schema, io) as JsonSchema;
}

function tidy(value: unknown, io: "input" | "output"): unknown {
  if (Array.isArray(value)) return value.map((one) => tidy(one, io));
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter((entry) => isTelling(entry, value, io));
  return withoutNullBranch(
    Object.fromEntries(kept.map(([name, part]) => [name, pointed(name, tidy(part, io))])),
  );
}

/** Answers may get more fields as the API grows, so that nobody may take them for closed. */
function isTelling(
  [name, part]: readonly [string, unknown],
  schema: object,
  io: "input" | "output",
): boolean {
  if (NOTICES.has(name) && typeof part !== "object") return false;
  if (name === "$defs") return false;
  if (name === "pattern") return Reflect.get(schema, "format") !== "date-time";
  if (name === "propertyNames") return Object.keys(part ?? {}).length > 1;
  if (name === "additionalProperties") return io === "input" || part !== false;
  return !(typeof part === "number" && Math.abs(part) === Number.MAX_SAFE_INTEGER);
}

function pointed(name: string, part: unknown): unknown {
  if (name !== "$ref" || typeof part !== "string") return part;
  return part.replace(PRIVATE, COMPONENTS);
}

/** `null` beside one other type is a type more. */
function withoutNullBranch(schema: JsonSchema): JsonSchema {
  const { anyOf, ...rest } = schema;
  if (!Array.isArray(anyOf) || anyOf.length !== 2 || anyOf[1]?.type !== "null") return schema;
  const { type, ...other } = anyOf[0] as JsonSchema;
  if (typeof type !== "string" || "const" in other) return schema;
  const values = Array.isArray(other.enum) ? { enum: [...other.enum, null] } : {};
  return { type: [type, "null"], ...other, ...values, ...rest };
}
