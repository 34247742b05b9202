import { pageOf } from "./page.ts";
import { textParam } from "./params.ts";
import type { Call } from "./route.ts";
import { type GraphNode, selectFields } from "./select-fields.ts";

/**
 * A list as Meta answers it: the fields that were asked for, in pages whose `next` carries the caller's
 * token.
 *
 * @throws {GraphError} Code 100 for a limit, a cursor or a field that is none.
 */
export function pagedList(call: Call, nodes: readonly GraphNode[]): object {
  const page = pageOf(nodes, call.params);
  const fields = textParam(call.params, "fields");
  const data = page.items.map((node) => selectFields(node, fields));
  const { cursors, hasNext, hasPrevious } = page;
  if (!cursors) return { data };
  const next = hasNext && { next: pageUrl(call, { after: cursors.after }) };
  const previous = hasPrevious && { previous: pageUrl(call, { before: cursors.before }) };
  return { data, paging: { cursors, ...next, ...previous } };
}

function pageUrl(call: Call, cursor: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams({ access_token: call.caller.accessToken });
  for (const name of ["fields", "limit"]) {
    const value = textParam(call.params, name);
    if (value !== undefined) query.set(name, value);
  }
  for (const [name, value] of Object.entries(cursor)) query.set(name, value);
  return `${call.selfUrl}?${query}`;
}
