import type { z } from "zod";

/** What came of holding a value against a schema. */
export type Parsed<Output> =
  | { readonly success: true; readonly data: Output; readonly error?: undefined }
  | { readonly success: false; readonly data?: undefined; readonly error: Wrong };

/** What is wrong with a value, and where. */
export interface Wrong {
  readonly issues: readonly z.core.$ZodIssue[];
}

/** Holds values against one schema. */
export interface Parser<Output> {
  readonly safeParse: (value: unknown) => Parsed<Output>;
}

/**
 * As zod's own, and never throws. Its checks of lengths also run on objects that have a `length`; one of
 * those that hides `valueOf` and `toString` cannot be compared with a number.
 */
export function safeParse<Output>(schema: Parser<Output>, value: unknown): Parsed<Output> {
  try {
    return schema.safeParse(value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const issue = {
      code: "custom",
      path: pathOfPosing(value),
      message: POSING,
      input: value,
    } as const;
    return { success: false, error: { issues: [issue] } };
  }
}

const POSING = "must not be an object with a length";

/** A value, and what it is called in which other. */
interface Place {
  readonly value: unknown;
  readonly name: string;
  readonly within: Place | undefined;
}

/** Where an object poses as text or as a list. Not recursive: nobody has looked how deep the value is. */
function pathOfPosing(root: unknown): string[] {
  const places: Place[] = [{ value: root, name: "", within: undefined }];
  for (const place of places) {
    const { value } = place;
    if (typeof value !== "object" || value === null) continue;
    if (!Array.isArray(value) && typeof Reflect.get(value, "length") === "object")
      return pathTo(place);
    for (const [name, child] of Object.entries(value)) {
      places.push({ value: child, name, within: place });
    }
  }
  return [];
}

function pathTo(place: Place): string[] {
  const path: string[] = [];
  for (let at = place; at.within; at = at.within) path.push(at.name);
  return path.reverse();
}
