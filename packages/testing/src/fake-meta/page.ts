import { refusals } from "./graph-error.ts";
import { type Params, textParam } from "./params.ts";

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** `undefined` on an empty page. */
  readonly cursors: { readonly before: string; readonly after: string } | undefined;
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

interface Identified {
  readonly id: string;
}

const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 100;

/**
 * Cuts a page out of `all` as `limit`, `after` and `before` say.
 *
 * @throws {GraphError} Code 100 for a limit outside 1–100 or a cursor that names nothing.
 */
export function pageOf<Item extends Identified>(all: readonly Item[], params: Params): Page<Item> {
  const limit = limitIn(params);
  const [start, end] = boundsOf(all, params, limit);
  const items = all.slice(start, end);
  const first = items[0];
  const last = items.at(-1);
  return {
    items,
    cursors: first && last && { before: cursorOf(first), after: cursorOf(last) },
    hasNext: end < all.length,
    hasPrevious: start > 0,
  };
}

function limitIn(params: Params): number {
  const limit = Number(textParam(params, "limit") ?? DEFAULT_LIMIT);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw refusals.parameterInvalid(`The parameter limit has to be between 1 and ${MAX_LIMIT}`);
}

function boundsOf(all: readonly Identified[], params: Params, limit: number): [number, number] {
  const before = textParam(params, "before");
  if (before) {
    const end = placeOf(all, before);
    return [Math.max(end - limit, 0), end];
  }
  const after = textParam(params, "after");
  const start = after ? placeOf(all, after) + 1 : 0;
  return [start, Math.min(start + limit, all.length)];
}

function placeOf(all: readonly Identified[], cursor: string): number {
  const place = all.findIndex((item) => cursorOf(item) === cursor);
  if (place < 0) throw refusals.parameterInvalid("Invalid cursors values");
  return place;
}

function cursorOf({ id }: Identified): string {
  return `QVFI${Buffer.from(id).toString("base64url")}`;
}
