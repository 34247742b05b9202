// What a host needs.

// What its methods give.
export type { AuditEntry } from "./access/audit/list-audit-log.ts";
export type { AuditVerdict } from "./access/audit/verify-audit-log.ts";
export type { CreatedApiKey, ShownApiKey } from "./access/keys/shown-api-key.ts";
export type { LimitsGiven } from "./access/limits/limits.ts";
export type { ShownOrganization } from "./access/organizations/organization-settings.ts";
export type { PublicKey } from "./access/public-keys/public-keys.ts";
// For those who replace a part: a logger, a clock, a store, a queue.
export { type Clock, systemClock } from "./clock.ts";
export type { Connected } from "./connections/connect/connect.ts";
export type { Disconnected } from "./connections/connect/disconnect.ts";
export type { ReplacedToken } from "./connections/connect/replace-token.ts";
export type { Connection } from "./connections/connection.ts";
export type { ConnectionMethods, WabaMethods } from "./connections/connection-methods.ts";
export type { ShownWaba } from "./connections/find-waba.ts";
export type { Diagnosis } from "./connections/health/diagnose.ts";
export type { Health } from "./connections/health/health.ts";
export type { ConnectionTest } from "./connections/health/test-connection.ts";
export type { RevealedSecrets } from "./connections/reveal-secrets.ts";
export type { DeletedTenant } from "./connections/tenants/erase-tenant.ts";
export type { TenantMethods } from "./connections/tenants/tenant-methods.ts";
export type { ShownTenant } from "./connections/tenants/tenants.ts";
export type { UpdatedConnection } from "./connections/update-connection.ts";
export type { ChangedWebhook } from "./connections/webhook/change-webhook.ts";
export type { RotatedSigningSecret } from "./connections/webhook/rotate-signing-secret.ts";
export { parseSecretKeys } from "./crypto/secret-keys.ts";
export type { ShownDeadLetter } from "./delivery/dead-letters/dead-letter.ts";
export type { DeadLetterMethods } from "./delivery/dead-letters/dead-letter-methods.ts";
export type { ReplayedDeadLetters } from "./delivery/dead-letters/replay-all.ts";
export type {
  DeliveryMethods,
  EndpointMethods,
  EventMethods,
} from "./delivery/delivery-methods.ts";
export type { ShownEvent } from "./delivery/list-events.ts";
// What its listeners get.
export type { AnyListener, Listener, On } from "./delivery/listeners.ts";
export type { StartedReplay } from "./delivery/replay.ts";
export type { RotatedSecret } from "./delivery/rotate-secret.ts";
export type { ShownDelivery } from "./delivery/shown-delivery.ts";
export type { CreatedEndpoint, ShownEndpoint } from "./delivery/shown-endpoint.ts";
export type { TestedEndpoint } from "./delivery/test-endpoint.ts";
export type { ErrorCategory } from "./error-categories.ts";
export type {
  AnyEvent,
  ConnectionMode,
  ConnectionStatus,
  EventData,
  EventType,
  HealthFacts,
  HeartbeatFields,
  HubEvent,
  SessionSubject,
  Subject,
} from "./events.ts";
export {
  Failure,
  type FailureCode,
  type FailureContext,
  type FailureOptions,
  type PreflightCategory,
} from "./failure.ts";
export type { ConfirmedHeartbeat, HeartbeatLink } from "./heartbeat/confirm.ts";
// For adapter authors.
export { readJson, requireExact } from "./http/body.ts";
export type { BodyOptions } from "./http/deadline.ts";
export { fetchHandler } from "./http/fetch.ts";
export type { Body, Handler, HttpRequest, HttpResponse, RequestHeaders } from "./http/message.ts";
export { fromNode, type NodeExchange, toNode } from "./http/node.ts";
export type { Page } from "./http/page.ts";
export { failureResponse, json, text } from "./http/respond.ts";
export type { Caller, Scope } from "./http/route.ts";
export { createHub, type Hub } from "./hub.ts";
export { type Logger, silentLogger } from "./logger.ts";
export type { MetaAppSetup } from "./meta-apps/setup.ts";
export type { CreatedMetaApp, ShownMetaApp } from "./meta-apps/shown-meta-app.ts";
export type { Methods } from "./methods.ts";
export type { ShownRecovered } from "./onboarding/recovery/recovered.ts";
export type { CreatedSession } from "./onboarding/sessions/create-session.ts";
export type { RenewedSession } from "./onboarding/sessions/renew-session.ts";
export type { ShownSession } from "./onboarding/sessions/shown-session.ts";
export type { HubOptions, MetaOptions } from "./options.ts";
export { type LocalQueueParts, localQueue } from "./queue/local-queue.ts";
export type { Job, JobHandler, JobHandlers, Queue, QueueBacklog } from "./queue/queue.ts";
export type { RotatedSecrets } from "./rotate-secrets.ts";
export { keyvStore } from "./store/keyv-store.ts";
export type { LogParts } from "./store/log.ts";
export type { Change, Guard, Store, StoreDescription, Stored, Write } from "./store/store.ts";
export { newWriter } from "./store/writer.ts";
// What hooks are told.
export type { ErrorContext, OnError } from "./telemetry/on-error.ts";
export type { OnRefused, Refusal } from "./telemetry/on-refused.ts";
export type { ContactIdentity } from "./webhook/contact-identity.ts";
export type {
  CallPermissionReplied,
  HistorySynced,
  MessageChange,
  MessageEchoed,
  MessageReceived,
  MessageStatusUpdated,
  StandbyReceived,
} from "./webhook/message-data.ts";
export type {
  CallStatusUpdated,
  CallUpdated,
  ContactIdentityChanged,
  ContactSynced,
  PresentedItem,
  UpdateData,
  WebhookUnknown,
} from "./webhook/update-data.ts";
export type { AccountUpdate } from "./webhook/updates/account-update.ts";
export type { CallUpdate } from "./webhook/updates/call-update.ts";
export type { EchoUpdate } from "./webhook/updates/echo-update.ts";
export type { HistoryMessage, HistoryThread } from "./webhook/updates/history-update.ts";
export type { MessageUpdate } from "./webhook/updates/message-update.ts";
export type { StatusUpdate } from "./webhook/updates/status-update.ts";
