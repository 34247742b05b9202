import type { Logger } from "../logger.ts";
import { discreetText, withoutSecrets } from "./discreet-text.ts";

type Fields = Parameters<Logger["info"]>[0];
type Clean = (text: string) => string;

/** Errors of others may hold anything, and hold each other. */
const DEEPEST = 6;

/**
 * The host's logger as the library uses it: of errors, whose words others wrote, no secret reaches it,
 * and a phone number at `debug` alone. What else is logged is ours to choose, and is ids and counts.
 */
export function discreetLogger(logger: Logger): Logger {
  return {
    debug: (fields, message) => logger.debug(cleaned(fields, withoutSecrets), message),
    info: (fields, message) => logger.info(cleaned(fields, discreetText), message),
    warn: (fields, message) => logger.warn(cleaned(fields, discreetText), message),
    error: (fields, message) => logger.error(cleaned(fields, discreetText), message),
  };
}

function cleaned(fields: Fields, clean: Clean): Fields {
  const entries = Object.entries(fields).map(([name, value]) => [
    name,
    value instanceof Error ? cleanError(value, clean, DEEPEST) : value,
  ]);
  return Object.fromEntries(entries);
}

/** A copy of the same class, with the same fields. */
function cleanError(error: Error, clean: Clean, depth: number): Error {
  const names = Object.getOwnPropertyNames(error);
  const properties = names.map((name) => {
    const value = cleanValue(Reflect.get(error, name), clean, depth - 1);
    const enumerable = Object.prototype.propertyIsEnumerable.call(error, name);
    return [name, { value, enumerable, writable: true, configurable: true }];
  });
  return Object.create(Object.getPrototypeOf(error), Object.fromEntries(properties));
}

function cleanValue(value: unknown, clean: Clean, depth: number): unknown {
  if (typeof value === "string") return clean(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) return "[deeper]";
  if (value instanceof Error) return cleanError(value, clean, depth);
  if (Array.isArray(value)) return value.map((one) => cleanValue(one, clean, depth - 1));
  const entries = Object.entries(value).map(([name, one]) => [
    name,
    cleanValue(one, clean, depth - 1),
  ]);
  return Object.fromEntries(entries);
}
