import type { PresentedItem } from "./webhook/present.ts";

/** Which connection an event is about; `null` where Meta speaks of the whole account. */
export interface Subject {
  readonly tenantId: string;
  readonly connectionId: string | null;
  readonly wabaId: string;
  readonly phoneNumberId: string | null;
  /** What the host gave the connection, returned as it is. */
  readonly metadata: Readonly<Record<string, unknown>> | null;
}

type Update<Type extends PresentedItem["type"]> = Extract<PresentedItem, { type: Type }>["data"];

/** Every event, and what its `data` holds. */
export interface EventData {
  /** A customer wrote, reacted, edited … */
  readonly "message.received": Subject & Update<"message.received">;
  /** A message of ours was sent, delivered, read, played, or failed. */
  readonly "message.status_updated": Subject & Update<"message.status_updated">;
  /** Anything Meta sends that this version has no name for: the raw field and value. */
  readonly "webhook.unknown": Subject & Update<"webhook.unknown">;
  /** To the host's listeners only: an update for a number or account nobody connected. */
  readonly "webhook.unrouted": {
    readonly reason: "not_connected";
    readonly appId: string;
    readonly wabaId: string | null;
    readonly phoneNumberId: string | null;
    /** What the event would have been. */
    readonly update: PresentedItem;
  };
}

/** The name of an event. */
export type EventType = keyof EventData;

/** An event as listeners and endpoints get it. */
export interface HubEvent<Type extends EventType = EventType> {
  readonly event: Type;
  /** `evt_…`; the same for every attempt, so that receivers can tell a repeat. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly organizationId: string;
  readonly data: EventData[Type];
}

/** Any event, as a union that narrows by `event`. */
export type AnyEvent = { readonly [Type in EventType]: HubEvent<Type> }[EventType];

/** An event before it has an id. */
export type EventDraft = { readonly [Type in EventType]: Draft<Type> }[EventType];

interface Draft<Type extends EventType> {
  readonly event: Type;
  readonly organizationId: string;
  readonly data: EventData[Type];
}

/** Events that are the host's own business and never leave the process. */
export const HOST_ONLY: ReadonlySet<EventType> = new Set(["webhook.unrouted"]);
