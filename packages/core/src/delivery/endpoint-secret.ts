import type { Place } from "../crypto/place.ts";
import type { Reseal } from "../crypto/reseal.ts";
import type { Endpoint } from "./endpoint.ts";

/** Where the signing secrets of an endpoint are sealed for. */
export function secretPlace(organizationId: string, endpointId: string): Place {
  return { organizationId, record: endpointId, field: "signing_secret" };
}

/** Leaves the index alone: nobody takes a secret from the directory's copy of an endpoint. */
export const resealEndpoint: Reseal<Endpoint> = (endpoint, rewrap) => {
  const place = secretPlace(endpoint.organizationId, endpoint.id);
  return { ...endpoint, secrets: endpoint.secrets.map((sealed) => rewrap(sealed, place)) };
};
