import type { Entry, Index, Place } from "../store/index-pages.ts";

/** A connection in a list, with the account it was in when it was listed: mostly it still is. */
export interface Listed {
  readonly id: string;
  readonly place: Place;
  readonly appId: string;
  readonly wabaId: string;
}

/** How a connection stands in an index: what has to be known to read it is there without another look. */
export function listedAs(
  connectionId: string,
  { appId, wabaId }: Pick<Listed, "appId" | "wabaId">,
): string {
  return `${connectionId} ${appId} ${wabaId}`;
}

/** Up to `limit` connections of an index, newest first, older than `before`. */
export async function listIndex(
  index: Pick<Index, "list">,
  limit: number,
  before?: Place,
): Promise<readonly Listed[]> {
  return (await index.list(limit, before)).map(readListed);
}

function readListed({ id: text, place }: Entry): Listed {
  const [id = "", appId = "", wabaId = ""] = text.split(" ");
  return { id, place, appId, wabaId };
}
