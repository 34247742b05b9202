import { auditRoutes } from "./access/audit/audit-routes.ts";
import { apiKeyRoutes } from "./access/keys/api-key-routes.ts";
import { organizationRoutes } from "./access/organizations/organization-routes.ts";
import { publicKeyRoutes } from "./access/public-keys/public-key-routes.ts";
import type { App } from "./app.ts";
import { connectionHealthRoutes } from "./connections/health/health-routes.ts";
import { revealRoutes } from "./connections/reveal-routes.ts";
import { connectionRoutes } from "./connections/routes.ts";
import { tenantRoutes } from "./connections/tenants/tenant-routes.ts";
import { connectionIndex } from "./connections/waba.ts";
import { wabaRoutes } from "./connections/waba-routes.ts";
import { deadLetterRoutes } from "./delivery/dead-letters/dead-letter-routes.ts";
import { logRoutes } from "./delivery/log-routes.ts";
import { endpointRoutes } from "./delivery/routes.ts";
import { healthRoute } from "./health.ts";
import { heartbeatRoutes } from "./heartbeat/routes.ts";
import type { Route } from "./http/route.ts";
import { metaAppRoutes } from "./meta-apps/meta-app-routes.ts";
import { recoveredRoutes } from "./onboarding/recovery/recovered-routes.ts";
import { onboardingRoutes } from "./onboarding/routes.ts";

/** Every row of the API. */
export const API_ROUTES: readonly Route<App>[] = [
  ...connectionRoutes,
  ...connectionHealthRoutes,
  ...wabaRoutes,
  ...tenantRoutes,
  ...heartbeatRoutes,
  ...revealRoutes,
  ...onboardingRoutes,
  ...recoveredRoutes,
  ...endpointRoutes,
  ...deadLetterRoutes,
  ...logRoutes,
  ...apiKeyRoutes,
  ...publicKeyRoutes,
  ...organizationRoutes(connectionIndex),
  ...metaAppRoutes,
  ...auditRoutes,
  healthRoute,
];
