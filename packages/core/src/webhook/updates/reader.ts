import type { z } from "zod";
import type { JsonObject } from "../lenient.ts";
import { camelCased } from "./camel-cased.ts";
import { compiled } from "./compiled.ts";

/**
 * Makes a reader of one kind of update: Meta's object with names in camelCase, as the schema wants it;
 * `undefined` when it is something else.
 */
export function reader<Schema extends z.ZodType>(
  schema: Schema,
  renames?: ReadonlyMap<string, string>,
): (value: JsonObject) => z.infer<Schema> | undefined {
  const parse = compiled(schema);
  return (value) => parse(camelCased(value, renames));
}
