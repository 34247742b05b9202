import type { PhoneNumber } from "../meta/nodes.ts";
import { modeOf } from "./connect/grant.ts";
import type { ConnectedNumber } from "./waba.ts";

/** What Meta has still to do about a `pending` number that it knows: its `statusReason`. */
export type Awaited = "not_registered" | "in_review";

const AWAITED: ReadonlySet<string | null> = new Set<Awaited>(["not_registered", "in_review"]);

/** Whether a number waits for Meta alone: nothing is wrong with it, and it is served meanwhile. */
export function isAwaited({
  status,
  statusReason,
}: Pick<ConnectedNumber, "status" | "statusReason">): boolean {
  return status === "pending" && AWAITED.has(statusReason);
}

/** What of a number tells whether Meta is done with it. */
export type Standing = Pick<PhoneNumber, "isOnBizApp" | "platformType" | "status">;

/** What is still to be done about a number, by what Meta says of it; `null` when it can be used. */
export function awaitedOf(phone: Standing): Awaited | null {
  // Its own app has registered it.
  if (modeOf(phone) === "coexistence") return null;
  if (phone.platformType !== null && phone.platformType !== "CLOUD_API") return "not_registered";
  return phone.status === "PENDING" ? "in_review" : null;
}
