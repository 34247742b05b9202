import type { Vault } from "../crypto/vault.ts";
import { type AnyEvent, isNotice, wireEvent } from "../events.ts";
import type { Store } from "../store/store.ts";
import { eventKey } from "./emit.ts";
import type { Endpoint, SignatureForm } from "./endpoint.ts";
import { type OpenedEndpoint, openEndpoint } from "./endpoint-secret.ts";
import { sign, signHex } from "./sign.ts";
import type { Compose, Content, Letter, Target } from "./target.ts";

/** What an event is on the wire; the event itself may be one that was never stored. */
export interface WireEvent {
  readonly event: string;
  readonly id: string;
  readonly createdAt: string;
  readonly organizationId: string;
  readonly data: unknown;
}

/** An endpoint as somebody deliveries go to: it gets events, signed with each of its live secrets. */
export function endpointTarget(
  { store, vault }: { readonly store: Store; readonly vault: Pick<Vault, "open"> },
  endpoint: Endpoint,
): Target {
  const { id, organizationId, url, enabled, concurrency, rateLimit } = endpoint;
  const compose = composerFor(vault, endpoint);
  const contentOf = (event: AnyEvent): Content => {
    return { compose: compose(wireEvent(event)), isNotice: isNotice(event.type) };
  };
  return {
    ...{ organizationId, id, url, enabled, concurrency, rateLimit },
    canEnd: true,
    wabaId: null,
    async read(ids) {
      const keys = ids.map((eventId) => eventKey(organizationId, eventId));
      const events = await store.getMany<AnyEvent>(keys);
      return events.map((stored) => stored && contentOf(stored.value));
    },
  };
}

/** Writes the letters of an endpoint. @throws {Failure} `secret_unreadable` */
export function composerFor(
  vault: Pick<Vault, "open">,
  endpoint: Endpoint,
): (event: WireEvent) => Compose {
  const opened = openEndpoint(vault, endpoint);
  return (event) => (now) => compose({ ...opened, signature: endpoint.signature }, event, now);
}

interface Sender extends OpenedEndpoint {
  readonly signature: SignatureForm;
}

function compose({ secrets, headers, signature }: Sender, event: WireEvent, now: number): Letter {
  const body = Buffer.from(JSON.stringify(event));
  const timestamp = Math.floor(now / 1000);
  const live = secrets.filter(({ until }) => now < until).map(({ secret }) => secret);
  const own = {
    "content-type": "application/json",
    "user-agent": "wabakit",
    "webhook-id": event.id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": sign(live, { id: event.id, timestamp, body }),
    "x-wabakit-event": event.event,
  };
  return { headers: { ...headers, ...own, ...hexHeaders(signature, live, { event, body }) }, body };
}

/** One signature in its header: an older secret has a header of its own for as long as it counts. */
function hexHeaders(
  signature: SignatureForm,
  [newest, previous]: readonly string[],
  { event, body }: { readonly event: WireEvent; readonly body: Uint8Array },
): Letter["headers"] {
  if (signature === "standard" || newest === undefined) return {};
  const { prefix } = signature;
  return {
    [`${prefix}-Signature`]: signHex(newest, body),
    ...(previous !== undefined && { [`${prefix}-Previous-Signature`]: signHex(previous, body) }),
    [`${prefix}-Event`]: event.event,
    [`${prefix}-Event-Id`]: event.id,
  };
}
