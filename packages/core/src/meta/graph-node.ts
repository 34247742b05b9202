import type { z } from "zod";
import type { GraphCall } from "./graph-call.ts";

/**
 * Where an object of the graph is. Anything but digits could lead to another object than the one that
 * was checked.
 *
 * @throws {TypeError} For an id that is not digits.
 */
export function nodePath(id: string): string {
  if (!/^\d+$/.test(id)) throw new TypeError("Ids of Graph objects are digits.");
  return `/${id}`;
}

/** A call that changes nothing. */
export function readCall<Value>(
  path: string,
  query: Readonly<Record<string, string>>,
  rest: { readonly token: string; readonly schema: z.ZodType<Value> },
): GraphCall<Value> {
  return { method: "GET", path, query, ...rest };
}
