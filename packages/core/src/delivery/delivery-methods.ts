import { randomBytes } from "node:crypto";
import type { z } from "zod";
import { HOST } from "../access/audit/audit-log.ts";
import type { Context } from "../app.ts";
import { check } from "../http/check.ts";
import { type Page, PageQuery } from "../http/page.ts";
import { CreateEndpoint, UpdateEndpoint } from "./endpoint-input.ts";
import { createEndpoint, deleteEndpoint, findEndpointById, listEndpoints } from "./endpoints.ts";
import { findDelivery } from "./find-delivery.ts";
import { ListDeliveries, listDeliveries } from "./list-deliveries.ts";
import { findEvent, ListEvents, listEvents, type ShownEvent } from "./list-events.ts";
import type { Acting } from "./own-endpoint.ts";
import { ReplayRange, type StartedReplay, startReplay } from "./replay.ts";
import { retryDelivery } from "./retry-delivery.ts";
import { type RotatedSecret, rotateSecret } from "./rotate-secret.ts";
import type { ShownDelivery } from "./shown-delivery.ts";
import type { CreatedEndpoint, ShownEndpoint } from "./shown-endpoint.ts";
import { skipDelivery } from "./skip-delivery.ts";
import { type TestedEndpoint, testEndpoint } from "./test-endpoint.ts";
import { updateEndpoint } from "./update-endpoint.ts";

/** What can be done with webhook endpoints. Each fails as its route does. */
export interface EndpointMethods {
  /** The secret is in this answer; after that only in that of `rotateSecret`. */
  readonly create: (input: z.input<typeof CreateEndpoint>) => Promise<CreatedEndpoint>;
  readonly list: (query?: z.input<typeof PageQuery>) => Promise<Page<ShownEndpoint>>;
  /** `undefined` for an id that is not the organization's. */
  readonly get: (id: string) => Promise<ShownEndpoint | undefined>;
  /** What is given replaces what was, and `null` takes it away. */
  readonly update: (id: string, input: z.input<typeof UpdateEndpoint>) => Promise<ShownEndpoint>;
  readonly delete: (id: string) => Promise<void>;
  /** For 24 hours the former secret signs as well. */
  readonly rotateSecret: (id: string) => Promise<RotatedSecret>;
  /** Sends an event of no consequence now, and tells how that went. */
  readonly test: (id: string) => Promise<TestedEndpoint>;
  /** Resolves when it has begun; a job sends what happened in the range once more. */
  readonly replay: (id: string, range: z.input<typeof ReplayRange>) => Promise<StartedReplay>;
  readonly deliveries: (
    id: string,
    query?: z.input<typeof ListDeliveries>,
  ) => Promise<Page<ShownDelivery>>;
}

/** What can be done with single deliveries. */
export interface DeliveryMethods {
  readonly get: (id: string) => Promise<ShownDelivery>;
  /** Has it attempted now, also one that was delivered, or given up. */
  readonly retry: (id: string) => Promise<ShownDelivery>;
  /** Gives it up while it waits for its next attempt; what waits for it goes on. */
  readonly skip: (id: string) => Promise<ShownDelivery>;
}

/** Looking back at what happened. */
export interface EventMethods {
  readonly list: (query?: z.input<typeof ListEvents>) => Promise<Page<ShownEvent>>;
  readonly get: (id: string) => Promise<ShownEvent>;
}

/** `context` is asked at every call. */
export function endpointMethods(context: () => Context): EndpointMethods {
  const start = () => {
    const { app, organizationId } = context();
    return { parts: { ...app, randomBytes }, acting: { organizationId, ...HOST } };
  };
  return {
    async create(input) {
      const { parts, acting } = start();
      return createEndpoint(parts, acting, check(CreateEndpoint, input));
    },
    async list(query = {}) {
      const { parts, acting } = start();
      return listEndpoints(parts, acting, check(PageQuery, query));
    },
    async get(id) {
      const { parts, acting } = start();
      return findEndpointById(parts, acting, id);
    },
    async update(id, input) {
      const { parts, acting } = start();
      return updateEndpoint(parts, { acting, id, wanted: check(UpdateEndpoint, input) });
    },
    async delete(id) {
      const { parts, acting } = start();
      return deleteEndpoint(parts, acting, id);
    },
    ...useMethods(start),
  };
}

type Start = () => {
  readonly parts: Context["app"] & { readonly randomBytes: typeof randomBytes };
  readonly acting: Acting;
};

function useMethods(
  start: Start,
): Pick<EndpointMethods, "rotateSecret" | "test" | "replay" | "deliveries"> {
  return {
    async rotateSecret(id) {
      const { parts, acting } = start();
      return rotateSecret(parts, acting, id);
    },
    async test(id) {
      const { parts, acting } = start();
      return testEndpoint(parts, acting, id);
    },
    async replay(endpointId, range) {
      const { parts, acting } = start();
      return startReplay(parts, { owner: acting, endpointId, range: check(ReplayRange, range) });
    },
    async deliveries(endpointId, query = {}) {
      const { parts, acting } = start();
      return listDeliveries(parts, { owner: acting, endpointId }, check(ListDeliveries, query));
    },
  };
}

/** `context` is asked at every call. */
export function deliveryMethods(context: () => Context): DeliveryMethods {
  return {
    async get(id) {
      const { app, organizationId } = context();
      return findDelivery(app, { organizationId }, id);
    },
    async retry(id) {
      const { app, organizationId } = context();
      return retryDelivery(app, { organizationId }, id);
    },
    async skip(id) {
      const { app, organizationId } = context();
      return skipDelivery(app, { organizationId }, id);
    },
  };
}

/** `context` is asked at every call. */
export function eventMethods(context: () => Context): EventMethods {
  return {
    async list(query = {}) {
      const { app, organizationId } = context();
      return listEvents(app, { organizationId }, check(ListEvents, query));
    },
    async get(id) {
      const { app, organizationId } = context();
      return findEvent(app, { organizationId }, id);
    },
  };
}
