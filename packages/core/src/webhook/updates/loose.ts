import { z } from "zod";
import { asFlag, asInstant, asNumber, asText, isObject } from "../lenient.ts";

/*
 * The words our schemas of Meta's updates are written in. None of them can fail: what is absent or has
 * another type than expected is `null`, so that one odd field never costs a message. The original
 * stays readable under `raw`.
 */

/** Text; a number counts as its digits. */
export const text = z.unknown().optional().transform(asText);

/** A number, also in quotes. */
export const number = z.unknown().optional().transform(asNumber);

/** A boolean, also in quotes. */
export const flag = z.unknown().optional().transform(asFlag);

/** Unix seconds, number or text, as an ISO 8601 instant in UTC. */
export const instant = z.unknown().optional().transform(asInstant);

/** An object of which we know some names; the others are kept as they are. */
export function object<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.looseObject(shape).nullable().default(null).catch(null);
}

/** A list of such objects; elements that are no objects are left out. */
export function list<Shape extends z.ZodRawShape>(shape: Shape) {
  return z
    .unknown()
    .optional()
    .transform((value) => (Array.isArray(value) ? value.filter(isObject) : null))
    .pipe(z.array(z.looseObject(shape)).nullable());
}
