import type { App } from "../../app.ts";
import { Failure } from "../../failure.ts";
import { listDeadLetters, type Owner, replayDeadLetter } from "./dead-letters.ts";

const LETTERS_AT_ONCE = 200;

/** How many events listeners hear anew. */
export interface ReplayedDeadLetters {
  readonly replayed: number;
}

/**
 * Has listeners hear the events of all dead letters there are now, or of one type of event. What is cut
 * short is made up for by the next call.
 *
 * @throws {Failure} `store_unavailable`
 */
export async function replayDeadLetters(
  parts: Pick<App, "store" | "cursors" | "emit">,
  owner: Owner,
  wanted: { readonly event?: string | undefined },
): Promise<ReplayedDeadLetters> {
  let replayed = 0;
  let cursor: string | undefined;
  do {
    const query = { ...wanted, limit: LETTERS_AT_ONCE, cursor };
    // From the newest on downwards: those that die meanwhile are in front, and not met again.
    const { data, nextCursor } = await listDeadLetters(parts, owner, query);
    for (const { id } of data) replayed += Number(await isReplayed(parts, owner, id));
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
  return { replayed };
}

/** Somebody else may have replayed or discarded it. */
async function isReplayed(
  parts: Pick<App, "store" | "emit">,
  owner: Owner,
  id: string,
): Promise<boolean> {
  try {
    await replayDeadLetter(parts, owner, id);
    return true;
  } catch (error) {
    if (error instanceof Failure && error.code === "not_found") return false;
    throw error;
  }
}
