import { z } from "zod";
import { safeParse } from "../../safe-parse.ts";

/**
 * Makes a parser of a schema; `undefined` for what does not fit. It is made into code when it is first
 * needed, which takes some milliseconds, and is several times as fast from then on.
 */
export function compiled<Schema extends z.ZodType>(
  schema: Schema,
): (value: unknown) => z.infer<Schema> | undefined {
  let code: Schema | undefined;
  return (value) => {
    code ??= z.compile(schema);
    return safeParse(code, value).data;
  };
}
