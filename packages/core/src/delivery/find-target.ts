import { findEndpoint } from "./endpoint.ts";
import { endpointTarget } from "./endpoint-target.ts";
import { findRelayTarget, isRelayRef, type RelayParts } from "./relay-target.ts";
import type { Target, TargetRef } from "./target.ts";

/**
 * Whom deliveries go to, as it is now: an endpoint, or the webhook of an account.
 *
 * @returns `undefined` when it is gone, and nothing that waits for it is wanted any more.
 * @throws {Failure} `store_unavailable`
 */
export async function findTarget(parts: RelayParts, ref: TargetRef): Promise<Target | undefined> {
  if (isRelayRef(ref)) return findRelayTarget(parts, ref);
  const endpoint = await findEndpoint(parts.store, ref);
  return endpoint && endpointTarget(parts, endpoint.value);
}
