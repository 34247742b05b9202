import type { Context } from "../app.ts";
import {
  type ConfirmedHeartbeat,
  confirmHeartbeat,
  createHeartbeatLink,
  type HeartbeatLink,
} from "./confirm.ts";

/** What can be done with the heartbeat of a connection. Each method fails as its route does. */
export interface HeartbeatMethods {
  /** The phone was used: a new period of 13 days begins. */
  readonly confirmHeartbeat: (connectionId: string) => Promise<ConfirmedHeartbeat>;
  /** A page with a button that confirms, for whoever has the phone. */
  readonly createHeartbeatLink: (connectionId: string) => Promise<HeartbeatLink>;
}

/** `context` is asked at every call. */
export function heartbeatMethods(context: () => Context): HeartbeatMethods {
  return {
    async confirmHeartbeat(connectionId) {
      const { app, organizationId } = context();
      return confirmHeartbeat(app, { owner: { organizationId }, connectionId }, "partner_api");
    },
    async createHeartbeatLink(connectionId) {
      const { app, organizationId } = context();
      return createHeartbeatLink(app, { organizationId }, connectionId);
    },
  };
}
