// What a host needs.

// What its methods give.
export type { CreatedApiKey } from "./access/api-keys.ts";
// For those who replace a part: a logger, a clock, a store, a queue.
export { type Clock, systemClock } from "./clock.ts";
export type { Connection } from "./connections/connection.ts";
export type { Connected } from "./connections/record-connection.ts";
export { parseSecretKeys } from "./crypto/secret-keys.ts";
export type { CreatedEndpoint, ShownEndpoint } from "./delivery/endpoints.ts";
// What its listeners get.
export type { AnyListener, Listener, On } from "./delivery/listeners.ts";
export type { AnyEvent, EventData, EventType, HubEvent, Subject } from "./events.ts";
export { Failure, type FailureCode, type FailureContext, type FailureOptions } from "./failure.ts";
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
export type { Methods } from "./methods.ts";
export type { HubOptions, MetaOptions } from "./options.ts";
export { type LocalQueueParts, localQueue } from "./queue/local-queue.ts";
export type { Job, JobHandler, JobHandlers, Queue } from "./queue/queue.ts";
export type { RotatedSecrets } from "./rotate-secrets.ts";
export { keyvStore } from "./store/keyv-store.ts";
export type { LogParts } from "./store/log.ts";
export type { Change, Guard, Store, StoreDescription, Stored, Write } from "./store/store.ts";
export { newWriter } from "./store/writer.ts";
export type { ContactIdentity } from "./webhook/contact-identity.ts";
export type {
  MessageReceived,
  MessageStatusUpdated,
  PresentedItem,
  WebhookUnknown,
} from "./webhook/present.ts";
export type { MessageUpdate } from "./webhook/updates/message-update.ts";
export type { StatusUpdate } from "./webhook/updates/status-update.ts";
