import { z } from "zod";
import { asFlag, asInstant, asNumber, asText, isObject } from "../lenient.ts";

/*
 * The words our schemas of Meta's updates are written in. None but `word` can fail: what is absent or has
 * another type than expected is `null`, so that one odd field never costs a message. The original
 * stays readable under `raw`.
 */

/** Text without which an update is not what it seems to be. */
export const word = z.string().min(1);

/** Text; a number counts as its digits. */
export const text = z.transform(asText);

/** A word that Meta's pages write in capitals and in small letters; here in capitals. */
export const capitals = z.transform((value) => asText(value)?.toUpperCase() ?? null);

/** A number, also in quotes. */
export const number = z.transform(asNumber);

/** A number, or the name of a tier. */
export const limit = z.transform((value) => asNumber(value) ?? asText(value));

/** A boolean, also in quotes. */
export const flag = z.transform(asFlag);

/** Unix seconds, number or text, as an ISO 8601 instant in UTC. */
export const instant = z.transform(asInstant);

/** Texts; what is none is left out. */
export const texts = z.transform((value) =>
  Array.isArray(value) ? value.map(asText).filter(isText) : null,
);

function isText(value: string | null): value is string {
  return value !== null;
}

/** An object of which we know some names; the others are kept as they are. */
export function object<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.looseObject(shape).nullable().default(null).catch(null);
}

/** A list of such objects, or one alone; elements that are no objects are left out. */
export function list<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.transform(objectsIn).pipe(z.array(z.looseObject(shape)).nullable());
}

function objectsIn(value: unknown) {
  if (Array.isArray(value)) return value.filter(isObject);
  return isObject(value) ? [value] : null;
}
