import type { Vault } from "../crypto/vault.ts";
import type { AnyEvent } from "../events.ts";
import type { Store } from "../store/store.ts";
import { eventKey } from "./emit.ts";
import type { Endpoint } from "./endpoint.ts";
import { secretPlace } from "./endpoint-secret.ts";
import { sign } from "./sign.ts";
import type { Letter, Target } from "./target.ts";

/** An endpoint as somebody deliveries go to: it gets events, signed with each of its secrets. */
export function endpointTarget(
  { store, vault }: { readonly store: Store; readonly vault: Pick<Vault, "open"> },
  { id, organizationId, url, enabled, concurrency, secrets: sealed }: Endpoint,
): Target {
  const place = secretPlace(organizationId, id);
  const secrets = sealed.map((secret) => vault.open(secret, place));
  return {
    organizationId,
    id,
    url,
    enabled,
    concurrency,
    endsWhenGone: true,
    async read(ids) {
      const keys = ids.map((eventId) => eventKey(organizationId, eventId));
      const events = await store.getMany<AnyEvent>(keys);
      return events.map((stored) => stored && ((now) => compose(secrets, stored.value, now)));
    },
  };
}

function compose(secrets: readonly string[], event: AnyEvent, now: number): Letter {
  const body = Buffer.from(JSON.stringify(event));
  const timestamp = Math.floor(now / 1000);
  const headers = {
    "content-type": "application/json",
    "user-agent": "wabakit",
    "webhook-id": event.id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": sign(secrets, { id: event.id, timestamp, body }),
    "x-wabakit-event": event.event,
  };
  return { headers, body };
}
