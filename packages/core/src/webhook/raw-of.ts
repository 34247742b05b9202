import type { Item } from "./item.ts";
import { asObject } from "./lenient.ts";

/** What Meta wrote, cut down to one item: for an element of a list its value with this element alone. */
export function rawOf({ value, shared, list, within }: Item): unknown {
  if (list === undefined) return value;
  if (within === undefined) return { ...shared, [list]: [value] };
  const inner = asObject(shared[within]);
  return { ...shared, [within]: { ...inner, [list]: [value] } };
}
