import { isObject, type JsonObject } from "../lenient.ts";

const NO_RENAMES: ReadonlyMap<string, string> = new Map();

/**
 * A copy of Meta's object with the names of every level in camelCase. `renames` gives names of the
 * outermost level another meaning than their spelling, e.g. `id` as `wamid`.
 *
 * Recursive: for parsed bodies only, whose depth is capped. A name `__proto__` is left out: assigning
 * it would change the copy's prototype.
 */
export function camelCased(
  value: JsonObject,
  renames: ReadonlyMap<string, string> = NO_RENAMES,
): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const camel = renames.get(name) ?? camelName(name);
    if (camel !== "__proto__") copy[camel] = convert(value[name]);
  }
  return copy;
}

function convert(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(convert);
  return isObject(value) ? camelCased(value) : value;
}

/** Names that were converted before: Meta has some hundred, and each comes again with every message. */
const known = new Map<string, string>();
/** Beyond that they are made up. */
const KNOWN_AT_MOST = 2_000;

function camelName(name: string): string {
  const seen = known.get(name);
  if (seen !== undefined) return seen;
  const converted = toCamel(name);
  if (known.size < KNOWN_AT_MOST && name.length < 64) known.set(name, converted);
  return converted;
}

/** `mime_type` is `mimeType`; underscores in front are kept. */
function toCamel(name: string): string {
  return name.replace(/(?<=[^_])_+([a-z0-9])/gi, (_match, letter: string) => letter.toUpperCase());
}
