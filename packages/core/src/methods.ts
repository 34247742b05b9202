import { randomBytes } from "node:crypto";
import type { z } from "zod";
import { CreateApiKey, type CreatedApiKey, createApiKey } from "./access/api-keys.ts";
import type { App } from "./app.ts";
import { Connect, connect } from "./connections/connect.ts";
import type { Connection } from "./connections/connection.ts";
import { findConnection, ListConnections, listConnections } from "./connections/list.ts";
import type { Connected } from "./connections/record-connection.ts";
import {
  type CreatedEndpoint,
  CreateEndpoint,
  createEndpoint,
  deleteEndpoint,
  findEndpointById,
  listEndpoints,
  type ShownEndpoint,
} from "./delivery/endpoints.ts";
import { check } from "./http/check.ts";
import { type Page, PageQuery } from "./http/page.ts";

/** The use cases of one organization as methods: the API without HTTP, keys and limits. */
export interface Methods {
  readonly connections: {
    readonly connect: (input: z.input<typeof Connect>) => Promise<Connected>;
    readonly list: (query?: z.input<typeof ListConnections>) => Promise<Page<Connection>>;
    /** `undefined` for an id that is not the organization's. */
    readonly get: (connectionId: string) => Promise<Connection | undefined>;
  };
  readonly webhookEndpoints: {
    /** The secret is in this answer and in no other. */
    readonly create: (input: z.input<typeof CreateEndpoint>) => Promise<CreatedEndpoint>;
    readonly list: (query?: z.input<typeof PageQuery>) => Promise<Page<ShownEndpoint>>;
    /** `undefined` for an id that is not the organization's. */
    readonly get: (id: string) => Promise<ShownEndpoint | undefined>;
    readonly delete: (id: string) => Promise<void>;
  };
  readonly apiKeys: {
    /** The key is in this answer and in no other. */
    readonly create: (input: z.input<typeof CreateApiKey>) => Promise<CreatedApiKey>;
  };
}

/** What the methods act with: the app of a running hub, and whose organization. */
export interface Context {
  readonly app: App;
  readonly organizationId: string;
}

/** `context` is asked at every call, and throws while the hub does not run. */
export function createMethods(context: () => Context): Methods {
  return {
    connections: {
      async connect(input) {
        const { app, organizationId } = context();
        return connect(app, organizationId, check(Connect, input));
      },
      async list(query = {}) {
        const { app, organizationId } = context();
        return listConnections(app, { organizationId }, check(ListConnections, query));
      },
      async get(connectionId) {
        const { app, organizationId } = context();
        return findConnection(app, { organizationId }, connectionId);
      },
    },
    webhookEndpoints: endpointMethods(context),
    apiKeys: {
      async create(input) {
        const { app, organizationId } = context();
        const parts = { ...app, pepper: app.rootSecret.derive("pepper") };
        return createApiKey(parts, organizationId, check(CreateApiKey, input));
      },
    },
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
