import type { Connection } from "./connections/connection.ts";
import type { ErrorCategory } from "./error-categories.ts";
import type { PresentedItem, UpdateData } from "./webhook/update-data.ts";

/** Which connection an event is about; `null` where Meta speaks of the whole account. */
export interface Subject {
  readonly tenantId: string;
  readonly connectionId: string | null;
  readonly wabaId: string;
  readonly phoneNumberId: string | null;
  /** What the host gave the connection, returned as it is. */
  readonly metadata: Readonly<Record<string, unknown>> | null;
}

/** `unknown` until Meta says; it is treated like coexistence. */
export type ConnectionMode = "coexistence" | "cloud_api" | "unknown";
/** `pending` until Meta was asked; `disconnected` by Meta; `suspended` by the host, or by Meta. */
export type ConnectionStatus = "pending" | "active" | "disconnected" | "suspended";

interface Turn<State> {
  readonly from: State;
  readonly to: State;
}

/** What of a number's health makes an event when it changes; in Meta's words. */
export interface HealthFacts {
  readonly healthStatus: string | null;
  readonly qualityRating: string | null;
  readonly messagingTier: string | null;
  readonly nameStatus: string | null;
}

/** As the API shows them: ISO 8601 in whole seconds. */
export interface HeartbeatFields {
  readonly heartbeatStatus: "OK" | "DUE_SOON" | "OVERDUE" | null;
  readonly heartbeatLastConfirmedAt: string | null;
  readonly heartbeatNextDueAt: string | null;
  readonly heartbeatReminderSentAt: string | null;
}

interface HeartbeatDue extends HeartbeatFields {
  /** A page with a button that confirms. */
  readonly confirmUrl: string;
}

/** What Meta's updates become, and whom each concerns. */
type UpdateEvents = { readonly [Type in keyof UpdateData]: Subject & UpdateData[Type] };
/** Which endpoint, or webhook of an account, does not take what is delivered to it. */
interface DeliverySubject {
  readonly tenantId: null;
  readonly connectionId: null;
  /** The account, where it is an account's webhook. */
  readonly wabaId: string | null;
  readonly phoneNumberId: null;
  readonly metadata: null;
  readonly endpointId: string;
  readonly url: string;
}

/** Since when every attempt has failed, in ISO 8601, and how the newest did. */
interface EndpointFails extends DeliverySubject {
  readonly since: string;
  /** The newest attempt's delivery and event, and how it went: `http_500`, `timeout`, … */
  readonly deliveryId: string;
  readonly eventId: string;
  readonly lastError: string;
}

/** Whose onboarding an event is about; of the number what is known so far. */
export interface SessionSubject extends Omit<Subject, "wabaId"> {
  readonly sessionId: string;
  readonly wabaId: string | null;
}

/** Every event, and what its `data` holds. */
export interface EventData extends UpdateEvents {
  /** The first click on the page of a link, or the first code of one. */
  readonly "onboarding.started": SessionSubject;
  /** The number works: the connection as the API shows it. */
  readonly "onboarding.completed": Connection & { readonly sessionId: string };
  /** `failed` can still come right, with another try; `cancelled` and `expired` cannot. */
  readonly "onboarding.failed": SessionSubject & {
    readonly reason: "failed" | "cancelled" | "expired";
    readonly errorCategory: ErrorCategory | null;
    /** A sentence for the operator. */
    readonly errorMessage: string | null;
  };
  /** Somebody has signed up at Meta, and no session of ours was told: to be claimed. */
  readonly "onboarding.recovered": {
    readonly tenantId: null;
    readonly connectionId: null;
    readonly wabaId: string;
    readonly phoneNumberId: null;
    readonly metadata: null;
    readonly appId: string;
    readonly ownerBusinessId: string | null;
  };
  /** A connection has ended: by the API (`partner_initiated`), or by Meta. */
  readonly "connection.disconnected": Subject & { readonly reason: string };
  /** Meta has said whether the number is shared with the WhatsApp Business app. */
  readonly "connection.mode_resolved": Subject & Turn<ConnectionMode>;
  readonly "connection.status_changed": Subject &
    Turn<ConnectionStatus> & { readonly reason: string | null };
  /** Where messages go has changed; one for each tenant of the account, with its own connections. */
  readonly "connection.webhook_changed": Subject & {
    readonly webhookUrl: string | null;
    readonly delivery: "direct" | "relay" | "events";
    readonly overrideScope: "waba" | "number";
    readonly affectedConnectionIds: readonly string[];
  };
  /** Meta judges the number differently: its health status, quality, limit or name. */
  readonly "connection.health_changed": Subject & Turn<HealthFacts | null>;
  /** Meta takes the account's access token no longer: nothing can be sent. Messages go on to arrive. */
  readonly "connection.token_expired": Subject & { readonly tokenExpiresAt: string | null };
  /** The account's access token ends within seven days. */
  readonly "connection.token_expiring": Subject & { readonly tokenExpiresAt: string };
  /** The phone has to be used soon, or Meta ends coexistence. */
  readonly "connection.heartbeat.due_soon": Subject & HeartbeatDue;
  readonly "connection.heartbeat.overdue": Subject & HeartbeatDue;
  /** At most one in 24 hours, for as long as the heartbeat is due soon or overdue. */
  readonly "connection.heartbeat.reminder": Subject & HeartbeatDue;
  readonly "connection.heartbeat.confirmed": Subject &
    HeartbeatFields & {
      readonly confirmedVia: "partner_api" | "link" | "console" | "onboarding";
    };
  /** Everything of a tenant is erased. */
  readonly "tenant.deleted": { readonly tenantId: string };
  /** An endpoint keeps failing; told once, until it takes a delivery again. */
  readonly "endpoint.failing": EndpointFails;
  /** It has taken a delivery. */
  readonly "endpoint.recovered": DeliverySubject & { readonly since: string };
  /** Nothing is sent to it any more: it answered 410, or every attempt has failed for five days. */
  readonly "endpoint.disabled": EndpointFails & { readonly reason: "gone" | "failing" };
  /** The last attempt of a delivery has failed. */
  readonly "delivery.exhausted": DeliverySubject & {
    readonly deliveryId: string;
    readonly eventId: string;
    readonly attempts: number;
    readonly lastError: string;
  };
  /** To the host's listeners only: an update for a number or account nobody connected. */
  readonly "webhook.unrouted": {
    readonly reason: "not_connected" | "suspended";
    readonly appId: string;
    readonly wabaId: string | null;
    readonly phoneNumberId: string | null;
    /** What the event would have been. */
    readonly update: PresentedItem;
  };
}

/** The name of an event. */
export type EventType = keyof EventData;

/** An event as listeners get it; endpoints get the same, with its type as `event`. */
export interface HubEvent<Type extends EventType = EventType> {
  readonly type: Type;
  /** `evt_…`; the same for every attempt, so that receivers can tell a repeat. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly organizationId: string;
  readonly data: EventData[Type];
}

/** Any event, as a union that narrows by `type`. */
export type AnyEvent = { readonly [Type in EventType]: HubEvent<Type> }[EventType];

/** An event as it goes over the wire, where its type is called `event`. */
export function wireEvent({ type, id, createdAt, organizationId, data }: AnyEvent) {
  return { event: type, id, createdAt, organizationId, data };
}

/** An event before it has an id. */
export type EventDraft = { readonly [Type in EventType]: Draft<Type> }[EventType];

interface Draft<Type extends EventType> {
  readonly type: Type;
  readonly organizationId: string;
  readonly data: EventData[Type];
}

/** Events that are the host's own business and never leave the process. */
export const HOST_ONLY: ReadonlySet<EventType> = new Set(["webhook.unrouted"]);

/** Whether an event tells of deliveries themselves. */
export function isNotice(type: EventType): boolean {
  return type.startsWith("endpoint.") || type.startsWith("delivery.");
}
