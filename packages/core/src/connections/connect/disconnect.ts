import { z } from "zod";
import { Failure } from "../../failure.ts";
import { changeWaba } from "../change/change-waba.ts";
import type { ChangeParts } from "../change/commit-change.ts";
import { type Acting, requireOwned } from "../owned.ts";

/** What a disconnect answers. */
export const Disconnected = z.strictObject({
  connectionId: z.string(),
  status: z.literal("disconnected"),
  /** Whether the account was the app's for the last time: it has no other connection. */
  metaUnsubscribed: z.boolean(),
});
export type Disconnected = z.infer<typeof Disconnected>;

/**
 * Removes a connection. Our app stays subscribed to the account for as long as a sibling needs it; a
 * token that is dead keeps nothing here.
 *
 * @throws {Failure} `not_found`, and what `changeWaba` throws
 */
export async function disconnect(
  parts: ChangeParts,
  acting: Acting,
  connectionId: string,
): Promise<Disconnected> {
  const { actor, requestId } = acting;
  const { waba } = await requireOwned(parts.store, acting, connectionId);
  const { metaUnsubscribed } = await changeWaba(parts, waba.value, async (now) => {
    const isThere = now?.numbers.some((number) => number.connectionId === connectionId);
    if (!isThere) throw new Failure("not_found");
    return { change: { kind: "disconnect", connectionId }, author: { actor, requestId } };
  });
  return { connectionId, status: "disconnected", metaUnsubscribed };
}
