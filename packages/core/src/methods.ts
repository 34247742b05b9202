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
  type DeadLetterMethods,
  deadLetterMethods,
} from "./delivery/dead-letters/dead-letter-methods.ts";
import {
  type DeliveryMethods,
  deliveryMethods,
  type EndpointMethods,
  type EventMethods,
  endpointMethods,
  eventMethods,
} from "./delivery/delivery-methods.ts";
import { type HeartbeatMethods, heartbeatMethods } from "./heartbeat/heartbeat-methods.ts";
import { type MetaAppMethods, metaAppMethods } from "./meta-apps/meta-app-methods.ts";
import { type OnboardingMethods, onboardingMethods } from "./onboarding/onboarding-methods.ts";

/** The use cases of one organization as methods: the API without HTTP, keys and limits. */
export interface Methods {
  readonly connections: ConnectionMethods & HealthMethods & HeartbeatMethods & RevealMethods;
  readonly wabas: WabaMethods;
  readonly tenants: TenantMethods;
  readonly webhookEndpoints: EndpointMethods;
  readonly deliveries: DeliveryMethods;
  readonly events: EventMethods;
  readonly deadLetters: DeadLetterMethods;
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
    deadLetters: deadLetterMethods(context),
    deliveries: deliveryMethods(context),
    events: eventMethods(context),
    onboarding: onboardingMethods(context),
    apiKeys: apiKeyMethods(context),
    publicKeys: publicKeyMethods(context),
    metaApps: metaAppMethods(context),
    auditLog: auditLogMethods(context),
    settings: settingsMethods(context),
  };
}
