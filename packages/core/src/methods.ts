import { randomBytes } from "node:crypto";
import type { z } from "zod";
import {
  type ApiKeyMethods,
  type AuditLogMethods,
  apiKeyMethods,
  auditLogMethods,
  type PublicKeyMethods,
  publicKeyMethods,
  type SettingsMethods,
  settingsMethods,
} from "./access/access-methods.ts";
import type { Context } from "./app.ts";
import {
  type ConnectionMethods,
  connectionMethods,
  type WabaMethods,
  wabaMethods,
} from "./connections/connection-methods.ts";
import { type HealthMethods, healthMethods } from "./connections/health/health-methods.ts";
import { type RevealMethods, revealMethods } from "./connections/reveal-methods.ts";
import { type TenantMethods, tenantMethods } from "./connections/tenants/tenant-methods.ts";
import {
  type CreatedEndpoint,
  CreateEndpoint,
  createEndpoint,
  deleteEndpoint,
  findEndpointById,
  listEndpoints,
  type ShownEndpoint,
} from "./delivery/endpoints.ts";
import { type HeartbeatMethods, heartbeatMethods } from "./heartbeat/heartbeat-methods.ts";
import { check } from "./http/check.ts";
import { type Page, PageQuery } from "./http/page.ts";
import { type MetaAppMethods, metaAppMethods } from "./meta-apps/meta-app-methods.ts";
import { type OnboardingMethods, onboardingMethods } from "./onboarding/onboarding-methods.ts";

/** The use cases of one organization as methods: the API without HTTP, keys and limits. */
export interface Methods {
  readonly connections: ConnectionMethods & HealthMethods & HeartbeatMethods & RevealMethods;
  readonly wabas: WabaMethods;
  readonly tenants: TenantMethods;
  readonly webhookEndpoints: {
    /** The secret is in this answer and in no other. */
    readonly create: (input: z.input<typeof CreateEndpoint>) => Promise<CreatedEndpoint>;
    readonly list: (query?: z.input<typeof PageQuery>) => Promise<Page<ShownEndpoint>>;
    /** `undefined` for an id that is not the organization's. */
    readonly get: (id: string) => Promise<ShownEndpoint | undefined>;
    readonly delete: (id: string) => Promise<void>;
  };
  readonly onboarding: OnboardingMethods;
  readonly apiKeys: ApiKeyMethods;
  readonly publicKeys: PublicKeyMethods;
  readonly metaApps: MetaAppMethods;
  readonly auditLog: AuditLogMethods;
  /** Name, branding and the like of the organization itself. */
  readonly settings: SettingsMethods;
}

/** `context` is asked at every call, and throws while the hub does not run. */
export function createMethods(context: () => Context): Methods {
  return {
    connections: {
      ...connectionMethods(context),
      ...healthMethods(context),
      ...heartbeatMethods(context),
      ...revealMethods(context),
    },
    wabas: wabaMethods(context),
    tenants: tenantMethods(context),
    webhookEndpoints: endpointMethods(context),
    onboarding: onboardingMethods(context),
    apiKeys: apiKeyMethods(context),
    publicKeys: publicKeyMethods(context),
    metaApps: metaAppMethods(context),
    auditLog: auditLogMethods(context),
    settings: settingsMethods(context),
  };
}

function endpointMethods(context: () => Context): Methods["webhookEndpoints"] {
  return {
    async create(input) {
      const { app, organizationId } = context();
      return createEndpoint(
        { ...app, randomBytes },
        { organizationId },
        check(CreateEndpoint, input),
      );
    },
    async list(query = {}) {
      const { app, organizationId } = context();
      return listEndpoints(app, { organizationId }, check(PageQuery, query));
    },
    async get(id) {
      const { app, organizationId } = context();
      return findEndpointById(app, { organizationId }, id);
    },
    async delete(id) {
      const { app, organizationId } = context();
      return deleteEndpoint(app, { organizationId }, id);
    },
  };
}
