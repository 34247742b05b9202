import type { z } from "zod";
import { Failure } from "../failure.ts";
import { safeParse } from "../safe-parse.ts";

/**
 * Holds a value against a schema: strict towards callers.
 *
 * @throws {Failure} `invalid_request` naming every wrong field.
 */
export function check<Output>(schema: z.ZodType<Output>, value: unknown): Output {
  const result = safeParse(schema, value);
  if (result.success) return result.data;
  const fields = result.error.issues.flatMap(fieldsOf);
  const named = fields.map(({ path, message }) => (path ? `${path}: ${message}` : message));
  throw new Failure("invalid_request", `The request is not valid: ${named.join("; ")}`, {
    context: { fields },
  });
}

function fieldsOf(issue: z.core.$ZodIssue) {
  const path = issue.path.map(String);
  if (issue.code !== "unrecognized_keys") {
    return [{ path: path.join("."), message: issue.message }];
  }
  return issue.keys.map((name) => ({
    path: [...path, name].join("."),
    message: "is not a field of this request",
  }));
}
