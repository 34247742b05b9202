import type { App } from "../app.ts";
import { checkUrl } from "../egress/url.ts";
import type { Endpoint } from "./endpoint.ts";
import type { UpdateEndpoint } from "./endpoint-input.ts";
import { openHeaders, sealHeaders } from "./endpoint-secret.ts";
import { requireFree } from "./extra-headers.ts";
import { type Acting, type AuditParts, changeEndpoint, filterFor } from "./own-endpoint.ts";
import { presentEndpoint, type ShownEndpoint } from "./shown-endpoint.ts";

type UpdateParts = AuditParts & Pick<App, "emit" | "vault" | "egressPolicy">;

interface Update {
  readonly acting: Acting;
  readonly id: string;
  readonly wanted: UpdateEndpoint;
}

/**
 * Changes an endpoint: all of it, or nothing. What waits for it goes where it is now. One that is
 * enabled gets what waited, and everything that is emitted from then on.
 *
 * @throws {Failure} `not_found`, `invalid_webhook_url`, `invalid_request`, `forbidden`, `store_unavailable`
 */
export async function updateEndpoint(parts: UpdateParts, update: Update): Promise<ShownEndpoint> {
  const { acting, id, wanted } = update;
  const given = Object.entries(wanted).filter(([, value]) => value !== undefined);
  const fields = given.map(([name]) => name).sort();
  const deed = { acting, id, what: "updated", fields } as const;
  const changed = await changeEndpoint(parts, deed, (endpoint) =>
    fields.length > 0 ? apply(parts, update, endpoint) : endpoint,
  );
  return presentEndpoint(changed);
}

function apply(
  parts: Pick<UpdateParts, "vault" | "egressPolicy">,
  { acting, wanted }: Update,
  endpoint: Endpoint,
): Endpoint {
  const { url, filter, headers: _, enabled, ...others } = wanted;
  const plain = Object.entries(others).filter(([, value]) => value !== undefined);
  return {
    ...endpoint,
    ...Object.fromEntries(plain),
    ...(url !== undefined && { url: checkUrl(url, parts.egressPolicy).href }),
    ...(filter !== undefined && { filter: filterFor(acting, filter) }),
    ...headersAfter(parts, endpoint, wanted),
    ...(enabled !== undefined && switched(endpoint, enabled)),
  };
}

/** The signature may have claimed a name that a header has had so far. */
function headersAfter(
  { vault }: Pick<UpdateParts, "vault">,
  endpoint: Endpoint,
  { headers, signature }: UpdateEndpoint,
): Partial<Endpoint> {
  if (headers !== undefined) {
    requireFree(headers ?? {}, signature ?? endpoint.signature);
    return { headers: sealHeaders(vault, endpoint, headers) };
  }
  if (signature !== undefined) requireFree(openHeaders(vault, endpoint), signature);
  return {};
}

/** Why it is disabled stays as it was where it was already. */
function switched({ disabledReason }: Endpoint, enabled: boolean): Partial<Endpoint> {
  if (enabled) return { enabled, disabledReason: null };
  return { enabled, disabledReason: disabledReason ?? "requested" };
}
