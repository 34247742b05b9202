import { randomBytes } from "node:crypto";
import type { Context } from "../../app.ts";
import { type Diagnosis, diagnose } from "./diagnose.ts";
import { type Health, readHealth } from "./health.ts";
import { refreshHealth } from "./refresh-health.ts";
import { type ConnectionTest, testConnection } from "./test-connection.ts";

/** What can be found out about connections. Each method fails as its route does. */
export interface HealthMethods {
  /** What Meta said when it was last asked. */
  readonly health: (connectionId: string) => Promise<Health>;
  /** Asks Meta anew; read the answer with `health`. */
  readonly refreshHealth: (connectionId: string) => Promise<void>;
  /** Asks Meta whether token, number, account and subscription are in order. */
  readonly test: (connectionId: string) => Promise<ConnectionTest>;
  /** Looks at everything between Meta and the tenant: why is nothing received? */
  readonly diagnose: (connectionId: string) => Promise<Diagnosis>;
}

/** `context` is asked at every call. */
export function healthMethods(context: () => Context): HealthMethods {
  return {
    async health(connectionId) {
      const { app, organizationId } = context();
      return readHealth(app, { organizationId }, connectionId);
    },
    async refreshHealth(connectionId) {
      const { app, organizationId } = context();
      return refreshHealth(app, { organizationId }, connectionId);
    },
    async test(connectionId) {
      const { app, organizationId } = context();
      return testConnection(app, { organizationId }, connectionId);
    },
    async diagnose(connectionId) {
      const { app, organizationId } = context();
      return diagnose({ ...app, random: randomBytes }, { organizationId }, connectionId);
    },
  };
}
