import { randomUUID } from "node:crypto";
import { z } from "zod";
import { AuditEntry } from "./access/audit/list-audit-log.ts";
import { CreateApiKey } from "./access/keys/api-keys.ts";
import { RotateApiKey } from "./access/keys/rotate-api-key.ts";
import { CreatedApiKey, ShownApiKey } from "./access/keys/shown-api-key.ts";
import {
  ChangeOrganization,
  CreateOrganization,
  ShownOrganization,
} from "./access/organizations/organization-settings.ts";
import { CreatePublicKey, PublicKey } from "./access/public-keys/public-keys.ts";
import type { App } from "./app.ts";
import { Connect } from "./connections/connect/connect.ts";
import { Disconnected } from "./connections/connect/disconnect.ts";
import { ReplacedToken, ReplaceToken } from "./connections/connect/replace-token.ts";
import { Connection } from "./connections/connection.ts";
import { ShownWaba } from "./connections/find-waba.ts";
import { Diagnosis } from "./connections/health/diagnose.ts";
import { Health } from "./connections/health/health.ts";
import { ConnectionTest } from "./connections/health/test-connection.ts";
import { RevealedSecrets, RevealSecrets } from "./connections/reveal-secrets.ts";
import { NewConnection } from "./connections/routes.ts";
import { DeletedTenant } from "./connections/tenants/erase-tenant.ts";
import { ShownTenant, UpdateTenant } from "./connections/tenants/tenants.ts";
import { UpdateConnection } from "./connections/update-connection.ts";
import { ChangedWebhook, ChangeWebhook } from "./connections/webhook/change-webhook.ts";
import { RotatedSigningSecret } from "./connections/webhook/rotate-signing-secret.ts";
import { ShownDeadLetter } from "./delivery/dead-letters/dead-letter.ts";
import { CreateEndpoint, UpdateEndpoint } from "./delivery/endpoint-input.ts";
import { ShownEvent } from "./delivery/list-events.ts";
import { ReplayRange, StartedReplay } from "./delivery/replay.ts";
import { RotatedSecret } from "./delivery/rotate-secret.ts";
import { ShownDelivery } from "./delivery/shown-delivery.ts";
import { CreatedEndpoint, ShownEndpoint } from "./delivery/shown-endpoint.ts";
import { TestedEndpoint } from "./delivery/test-endpoint.ts";
import { HubHealth } from "./health.ts";
import { ConfirmedHeartbeat, HeartbeatLink } from "./heartbeat/confirm.ts";
import type { Handler } from "./http/message.ts";
import { describeApi, type OpenRow } from "./http/openapi.ts";
import type { OpenApiDocument } from "./http/openapi-document.ts";
import type { SchemaNames } from "./http/openapi-schemas.ts";
import { json, type WholeResponse, withHeaders } from "./http/respond.ts";
import type { Route } from "./http/route.ts";
import { CreateMetaApp } from "./meta-apps/create-meta-app.ts";
import { MetaAppSetup } from "./meta-apps/setup.ts";
import { CreatedMetaApp, ShownMetaApp } from "./meta-apps/shown-meta-app.ts";
import { UpdateMetaApp } from "./meta-apps/update-meta-app.ts";
import { ClaimRecovered } from "./onboarding/recovery/claim.ts";
import { ShownRecovered } from "./onboarding/recovery/recovered.ts";
import { CreatedSession } from "./onboarding/sessions/create-session.ts";
import { RenewedSession, RenewSession } from "./onboarding/sessions/renew-session.ts";
import { CreateSession } from "./onboarding/sessions/session-input.ts";
import { ShownSession } from "./onboarding/sessions/shown-session.ts";
import { CompleteSession } from "./onboarding/signup/complete-session.ts";
import { ResumeSession } from "./onboarding/signup/resume-session.ts";
import type { CheckedOptions } from "./options.ts";

/** What schemas are called in the document; those without a name stand where they are used. */
const NAMES: SchemaNames = {
  requests: {
    ConnectRequest: Connect,
    ConnectionUpdate: UpdateConnection,
    WebhookUpdate: ChangeWebhook,
    AccessTokenReplacement: ReplaceToken,
    TenantUpdate: UpdateTenant,
    RevealSecretsRequest: RevealSecrets,
    OnboardingRequest: CreateSession,
    OnboardingRenewal: RenewSession,
    OnboardingCompletion: CompleteSession,
    OnboardingResumption: ResumeSession,
    RecoveredSignupClaim: ClaimRecovered,
    PublicKeyRequest: CreatePublicKey,
    WebhookEndpointRequest: CreateEndpoint,
    WebhookEndpointUpdate: UpdateEndpoint,
    ReplayRequest: ReplayRange,
    ApiKeyRequest: CreateApiKey,
    ApiKeyRotation: RotateApiKey,
    OrganizationRequest: CreateOrganization,
    OrganizationUpdate: ChangeOrganization,
    MetaAppRequest: CreateMetaApp,
    MetaAppUpdate: UpdateMetaApp,
  },
  answers: {
    Connection,
    ConnectedNumber: NewConnection,
    ChangedWebhook,
    DisconnectedConnection: Disconnected,
    ConnectionHealth: Health,
    ConnectionTest,
    Diagnosis,
    ConfirmedHeartbeat,
    HeartbeatLink,
    RevealedSecrets,
    Waba: ShownWaba,
    ReplacedAccessToken: ReplacedToken,
    RotatedSigningSecret,
    Tenant: ShownTenant,
    DeletedTenant,
    OnboardingSession: ShownSession,
    CreatedOnboardingSession: CreatedSession,
    RenewedOnboardingSession: RenewedSession,
    RecoveredSignup: ShownRecovered,
    PublicKey,
    WebhookEndpoint: ShownEndpoint,
    DeadLetter: ShownDeadLetter,
    CreatedWebhookEndpoint: CreatedEndpoint,
    RotatedWebhookEndpointSecret: RotatedSecret,
    TestedWebhookEndpoint: TestedEndpoint,
    StartedReplay,
    Delivery: ShownDelivery,
    Event: ShownEvent,
    ApiKey: ShownApiKey,
    CreatedApiKey,
    Organization: ShownOrganization,
    MetaApp: ShownMetaApp,
    CreatedMetaApp,
    MetaAppSetup,
    AuditEntry,
    HubHealth,
  },
};

const Ok = z.strictObject({ status: z.literal("ok") });
const Unavailable = z.strictObject({
  status: z.literal("unavailable"),
  reason: z.enum(["not_running", "store_unavailable"]),
});

/** What is answered to whoever asks; `health.ts` and `createDocumentHandler` do. */
const OPEN_ROWS: readonly OpenRow[] = [
  {
    path: "/health/live",
    summary: "Whether the process runs.",
    answers: { 200: { description: "It runs.", schema: Ok } },
  },
  {
    path: "/health/ready",
    summary: "Whether to send requests here.",
    answers: {
      200: { description: "Send them.", schema: Ok },
      503: { description: "Not now: it starts, stops, or its store fails.", schema: Unavailable },
    },
  },
  {
    path: "/openapi.json",
    summary: "Get this document.",
    answers: {
      200: { description: "OpenAPI 3.1.", schema: z.looseObject({ openapi: z.string() }) },
    },
  },
];

/** The API of a hub in OpenAPI 3.1. */
export function createDocument(
  { publicUrl, paths }: Pick<CheckedOptions, "publicUrl" | "paths">,
  routes: readonly Route<App>[],
): OpenApiDocument {
  const url = publicUrl.replace(/\/+$/, "") + paths.api;
  return describeApi({ url, routes, openRows: OPEN_ROWS, names: NAMES });
}

/** `GET /openapi.json`, written when it is first asked for; without a key, since it holds no secret. */
export function createDocumentHandler(
  options: Pick<CheckedOptions, "publicUrl" | "paths">,
  routes: readonly Route<App>[],
): Handler {
  let written: WholeResponse | undefined;
  return async ({ method, path }) => {
    if (method !== "GET" || path !== `${options.paths.api}/openapi.json`) return undefined;
    written ??= json(200, createDocument(options, routes), { "cache-control": "no-cache" });
    return withHeaders(written, { "x-request-id": randomUUID() });
  };
}
