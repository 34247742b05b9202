import { randomBytes } from "node:crypto";
import type { z } from "zod";
import { HOST } from "../access/audit/audit-log.ts";
import type { Context } from "../app.ts";
import { check } from "../http/check.ts";
import type { Page } from "../http/page.ts";
import { Connect, type Connected, connect } from "./connect/connect.ts";
import { connectLater } from "./connect/connect-later.ts";
import { type Disconnected, disconnect } from "./connect/disconnect.ts";
import { type ReplacedToken, ReplaceToken, replaceToken } from "./connect/replace-token.ts";
import { suspendOrResume } from "./connect/suspend.ts";
import type { Connection } from "./connection.ts";
import { findWaba, presentWaba, type ShownWaba } from "./find-waba.ts";
import { findConnection, ListConnections, listConnections } from "./list.ts";
import { UpdateConnection, type UpdatedConnection, updateConnection } from "./update-connection.ts";
import { type ChangedWebhook, ChangeWebhook, changeWebhook } from "./webhook/change-webhook.ts";
import { type RotatedSigningSecret, rotateSigningSecret } from "./webhook/rotate-signing-secret.ts";

/** What can be done with connections. Each method fails as its route does. */
export interface ConnectionMethods {
  readonly connect: (input: z.input<typeof Connect>) => Promise<Connected>;
  readonly list: (query?: z.input<typeof ListConnections>) => Promise<Page<Connection>>;
  /** `undefined` for an id that is not the organization's. */
  readonly get: (connectionId: string) => Promise<Connection | undefined>;
  /** The webhook fans out to the siblings; name and metadata are the connection's own. */
  readonly update: (
    connectionId: string,
    input: z.input<typeof UpdateConnection>,
  ) => Promise<UpdatedConnection>;
  readonly disconnect: (connectionId: string) => Promise<Disconnected>;
  readonly suspend: (connectionId: string) => Promise<Connection>;
  readonly resume: (connectionId: string) => Promise<Connection>;
}

/** What can be done with accounts, by Meta's id. Each method fails as its route does. */
export interface WabaMethods {
  readonly get: (wabaId: string) => Promise<ShownWaba>;
  readonly changeWebhook: (
    wabaId: string,
    input: z.input<typeof ChangeWebhook>,
  ) => Promise<ChangedWebhook>;
  readonly rotateSigningSecret: (wabaId: string) => Promise<RotatedSigningSecret>;
  readonly replaceAccessToken: (
    wabaId: string,
    input: z.input<typeof ReplaceToken>,
  ) => Promise<ReplacedToken>;
}

/** `context` is asked at every call. */
export function connectionMethods(context: () => Context): ConnectionMethods {
  return {
    async connect(input) {
      const { app, acting } = actingFor(context);
      const checked = check(Connect, input);
      return checked.verify === "later"
        ? connectLater(app, acting, checked)
        : connect(app, acting, checked);
    },
    async list(query = {}) {
      const { app, acting } = actingFor(context);
      return listConnections(app, acting, check(ListConnections, query));
    },
    async get(connectionId) {
      const { app, acting } = actingFor(context);
      return findConnection(app, acting, connectionId);
    },
    async update(connectionId, input) {
      const { app, acting } = actingFor(context);
      const checked = check(UpdateConnection, input);
      return updateConnection(app, acting, { connectionId, input: checked });
    },
    async disconnect(connectionId) {
      const { app, acting } = actingFor(context);
      return disconnect(app, acting, connectionId);
    },
    async suspend(connectionId) {
      const { app, acting } = actingFor(context);
      return suspendOrResume(app, acting, { kind: "suspend", connectionId });
    },
    async resume(connectionId) {
      const { app, acting } = actingFor(context);
      return suspendOrResume(app, acting, { kind: "resume", connectionId });
    },
  };
}

/** `context` is asked at every call. */
export function wabaMethods(context: () => Context): WabaMethods {
  return {
    async get(wabaId) {
      const { app, acting } = actingFor(context);
      return presentWaba(await findWaba(app, acting, wabaId), acting);
    },
    async changeWebhook(wabaId, input) {
      const { app, acting } = actingFor(context);
      const checked = check(ChangeWebhook, input);
      const ref = await findWaba(app, acting, wabaId);
      const target = { ref, connectionId: null, describing: {} };
      return changeWebhook(app, acting, { target, input: checked });
    },
    async rotateSigningSecret(wabaId) {
      const { app, acting } = actingFor(context);
      return rotateSigningSecret({ ...app, random: randomBytes }, acting, wabaId);
    },
    async replaceAccessToken(wabaId, input) {
      const { app, acting } = actingFor(context);
      return replaceToken(app, acting, { ...check(ReplaceToken, input), wabaId });
    },
  };
}

function actingFor(context: () => Context) {
  const { app, organizationId } = context();
  return { app, acting: { organizationId, ...HOST } };
}
