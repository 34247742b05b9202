/** A JSON object of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a parsed JSON value is an object; arrays and `null` are not. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What stands for an object that is not there. */
export const NOTHING: JsonObject = {};

/** An object as it is, and anything else as one without members. */
export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : NOTHING;
}

/** A list as it is, one value as a list of one, and `undefined` for what is absent. */
export function asList(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || value === null) return undefined;
  return Array.isArray(value) ? value : [value];
}

/** Text as it is and numbers as their digits: Meta writes its ids both ways. Else `null`. */
export function asText(value: unknown): string | null {
  if (typeof value === "string") return value;
  return typeof value === "number" ? String(value) : null;
}

/** An id, or `undefined` where it is absent or empty. */
export function asId(value: unknown): string | undefined {
  return asText(value) || undefined;
}

const DECIMAL = /^-?\d+(?:\.\d+)?$/;

/** A finite number, also one in quotes. Else `null`. */
export function asNumber(value: unknown): number | null {
  const number = typeof value === "string" && DECIMAL.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

const FLAGS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true],
  ["true", true],
  [false, false],
  ["false", false],
]);

/** A boolean, also one in quotes. Else `null`. */
export function asFlag(value: unknown): boolean | null {
  return FLAGS.get(value) ?? null;
}

/** The last second of the year 9999; what lies beyond has no four-digit year. */
const LAST_SECOND = 253_402_300_799;

/** Updates that come together are of the same second, and a date costs more than all else in a status. */
let latest = { seconds: 0, instant: new Date(0).toISOString() };

/** Unix seconds, as a number or in quotes, as an ISO 8601 instant in UTC. Else `null`. */
export function asInstant(value: unknown): string | null {
  const seconds = asNumber(value);
  if (seconds === null || seconds < 0 || seconds > LAST_SECOND) return null;
  if (seconds !== latest.seconds) {
    latest = { seconds, instant: new Date(seconds * 1000).toISOString() };
  }
  return latest.instant;
}

/** The names of an object that are there, as they are. */
export function pick(value: JsonObject, names: readonly string[]): JsonObject {
  const present = names.filter((name) => Object.hasOwn(value, name));
  return Object.fromEntries(present.map((name) => [name, value[name]]));
}
