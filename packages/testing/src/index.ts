// A Meta of your own.

// Time, and the other end of a delivery.
export { type FakeClock, fakeClock } from "./fake-clock.ts";
export type { AppInput, Assets, NumberInput, WabaInput } from "./fake-meta/assets.ts";
export type {
  Delivered,
  DeliverOptions,
  DeliveryEngine,
  RetryPolicy,
} from "./fake-meta/delivery-engine.ts";
export { type FakeMeta, type FakeMetaOptions, fakeMeta } from "./fake-meta/fake-meta.ts";
export type { CallMatch, FaultInput, Faults, Hold } from "./fake-meta/faults.ts";
export type { CodeInput, Grants, SystemTokenInput, TokenInput } from "./fake-meta/grants.ts";
export { GraphError, type GraphErrorFields } from "./fake-meta/graph-error.ts";
export type { UsageHeaders } from "./fake-meta/graph-server.ts";
export type { Callback } from "./fake-meta/handshake.ts";
export type { HealthComplaint, HealthEntityType, Healths } from "./fake-meta/health-status.ts";
export type {
  AboutNumber,
  ChangeInput,
  EchoInput,
  Payloads,
  StatusInput,
  TextMessageInput,
} from "./fake-meta/message-payloads.ts";
export type { PartnerNewsInput, PartnerPayloads } from "./fake-meta/partner-payloads.ts";
export type { RecordedRequest } from "./fake-meta/recorded-request.ts";
export type {
  Sender,
  SendOptions,
  SendResult,
  SignedRequest,
  SignOptions,
} from "./fake-meta/sender.ts";
export { serializeLikeMeta } from "./fake-meta/serialize-like-meta.ts";
export { type SignatureHeaders, signLikeMeta } from "./fake-meta/sign-like-meta.ts";
export type {
  FinishedSignup,
  FinishSignupInput,
  Signups,
} from "./fake-meta/signup/finish-signup.ts";
export type { SignupEvent } from "./fake-meta/signup/signup-event.ts";
export type {
  AppSubscription,
  MetaApp,
  PhoneNumber,
  RevocationReason,
  Waba,
} from "./fake-meta/state.ts";
export type {
  AppCallbackInput,
  SubscriptionInput,
  Subscriptions,
} from "./fake-meta/subscriptions.ts";
export type { WebhookChange, WebhookEntry, WebhookPayload } from "./fake-meta/webhook-payload.ts";
export { faultyStore, type StoreFault, type StoreOperation } from "./faulty-store.ts";
export {
  type Delivery,
  type Sink,
  type SinkAnswer,
  type SinkBehaviour,
  type SinkOptions,
  sink,
} from "./sink.ts";
