import type { Place } from "../crypto/place.ts";
import type { Reseal } from "../crypto/reseal.ts";
import type { Vault } from "../crypto/vault.ts";
import type { Endpoint, StoredEndpoint } from "./endpoint.ts";

/** For how long a secret that was replaced still signs beside the new one. */
export const OVERLAP_MS = 24 * 60 * 60 * 1000;
/** Of many rotations in a row the oldest secrets end early. */
const MOST_SECRETS = 5;

/** What signs, and with what headers the deliveries of an endpoint go out. */
export interface OpenedEndpoint {
  /** Newest first. */
  readonly secrets: readonly OpenedSecret[];
  readonly headers: Readonly<Record<string, string>>;
}

/** A signing secret, and until when it counts: epoch milliseconds. */
export interface OpenedSecret {
  readonly secret: string;
  readonly until: number;
}

type Sealed = Pick<Endpoint, "secrets" | "secretEnds">;

/** Where the signing secrets of an endpoint are sealed for. */
export function secretPlace(organizationId: string, endpointId: string): Place {
  return { organizationId, record: endpointId, field: "signing_secret" };
}

/** Where its headers are sealed for. */
function headersPlace(organizationId: string, endpointId: string): Place {
  return { organizationId, record: endpointId, field: "headers" };
}

/** Seals headers; none are `null`. */
export function sealHeaders(
  vault: Pick<Vault, "seal">,
  { organizationId, id }: Pick<Endpoint, "organizationId" | "id">,
  headers: Readonly<Record<string, string>> | null | undefined,
): string | null {
  if (!headers || Object.keys(headers).length === 0) return null;
  return vault.seal(JSON.stringify(headers), headersPlace(organizationId, id));
}

/** @throws {Failure} `secret_unreadable` */
export function openHeaders(
  vault: Pick<Vault, "open">,
  { organizationId, id, headers }: Pick<Endpoint, "organizationId" | "id" | "headers">,
): Readonly<Record<string, string>> {
  if (headers === null) return {};
  // Written by `sealHeaders`.
  return JSON.parse(vault.open(headers, headersPlace(organizationId, id)));
}

/** Everything of an endpoint that is sealed, opened. @throws {Failure} `secret_unreadable` */
export function openEndpoint(vault: Pick<Vault, "open">, endpoint: Endpoint): OpenedEndpoint {
  const { organizationId, id, secrets, secretEnds } = endpoint;
  const place = secretPlace(organizationId, id);
  const opened = secrets.map((sealed, index) => ({
    secret: vault.open(sealed, place),
    until:
      index === 0 ? Number.POSITIVE_INFINITY : (secretEnds[index - 1] ?? Number.POSITIVE_INFINITY),
  }));
  return { secrets: opened, headers: openHeaders(vault, endpoint) };
}

/** The secrets after a new one, sealed, has come: each of the former ones keeps its own end. */
export function rotated({ secrets, secretEnds }: Sealed, sealed: string, now: number): Sealed {
  const [newest, ...older] = secrets;
  const former = newest === undefined ? [] : [{ sealed: newest, end: now + OVERLAP_MS }];
  const others = older.map((one, index) => ({ sealed: one, end: secretEnds[index] ?? now }));
  const live = [...former, ...others.filter(({ end }) => end > now)].slice(0, MOST_SECRETS - 1);
  return {
    secrets: [sealed, ...live.map((one) => one.sealed)],
    secretEnds: live.map(({ end }) => end),
  };
}

/** Leaves the index alone: nobody takes a secret from the directory's copy of an endpoint. */
export const resealEndpoint: Reseal<StoredEndpoint> = (endpoint, rewrap) => {
  const { organizationId, id, headers } = endpoint;
  const place = secretPlace(organizationId, id);
  const secrets = endpoint.secrets.map((sealed) => rewrap(sealed, place));
  if (headers == null) return { ...endpoint, secrets };
  return { ...endpoint, secrets, headers: rewrap(headers, headersPlace(organizationId, id)) };
};
