import { z } from "zod";

const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;

/** The query of every list. */
export const PageQuery = z.strictObject({
  /** At most this many entries; a page may be shorter, only `nextCursor: null` ends the list. */
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
  cursor: z.string().max(128).optional(),
});
export type PageQuery = z.output<typeof PageQuery>;

/** A page of a list, newest first. */
export interface Page<Entry> {
  readonly data: readonly Entry[];
  /** Opaque; `null` on the last page. */
  readonly nextCursor: string | null;
}

/** The schema of a page. */
export function pageOf<Entry extends z.ZodType>(entry: Entry) {
  return z.strictObject({ data: z.array(entry), nextCursor: z.string().nullable() });
}
