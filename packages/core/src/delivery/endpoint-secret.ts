import type { Place } from "../crypto/place.ts";

/** Where the signing secrets of an endpoint are sealed for. */
export function secretPlace(organizationId: string, endpointId: string): Place {
  return { organizationId, record: endpointId, field: "signing_secret" };
}
