import type { Entry, Index } from "../store/index-pages.ts";
import type { Cursors } from "./cursor.ts";
import type { Page, PageQuery } from "./page.ts";

/** A list that is asked for, page by page. */
export interface Listing {
  readonly index: Pick<Index, "list">;
  /** Names whose list it is: a cursor is good for no other. */
  readonly scope: readonly unknown[];
  readonly query: PageQuery;
}

/**
 * A page of an index, newest first.
 *
 * @param load What is shown of some of its entries; of those that are gone, nothing.
 * @throws {Failure} `invalid_cursor`, and what `load` throws
 */
export async function listPage<Shown>(
  cursors: Cursors,
  { index, scope, query: { limit, cursor } }: Listing,
  load: (entries: readonly Entry[]) => Promise<readonly Shown[]>,
): Promise<Page<Shown>> {
  const name = JSON.stringify(scope);
  const before = cursor === undefined ? undefined : cursors.read(name, cursor);
  const entries = await index.list(limit + 1, before);
  const shown = entries.slice(0, limit);
  const last = entries.length > limit ? shown.at(-1)?.place : undefined;
  return {
    data: await load(shown),
    nextCursor: last === undefined ? null : cursors.write(name, last),
  };
}
