/** How a person came here: by the link, or back from Meta in the same window. */
export type Entry = { readonly link: string } | { readonly sessionId: string };

/**
 * Where to begin.
 *
 * @param link What stood behind the `#`, now or before a reload; empty when there was nothing.
 * @param search The query of the address: `session` is there after the redirect flow.
 * @param isNew Whether `link` stands in the address now: then it is what the person opened.
 */
export function readEntry(link: string, search: string, isNew: boolean): Entry | null {
  const sessionId = new URLSearchParams(search).get("session");
  if (sessionId && !isNew) return { sessionId };
  return link === "" ? null : { link };
}
