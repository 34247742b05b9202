import { randomUUID } from "node:crypto";
import { authenticate } from "./access/authenticate.ts";
import type { App } from "./app.ts";
import { connectionRoutes } from "./connections/routes.ts";
import { endpointRoutes } from "./delivery/routes.ts";
import { Failure } from "./failure.ts";
import { healthRoute } from "./health.ts";
import { createApi } from "./http/api.ts";
import type { Handler } from "./http/message.ts";
import { failureResponse } from "./http/respond.ts";
import type { Route } from "./http/route.ts";
import type { CheckedOptions } from "./options.ts";
import type { Parts } from "./parts.ts";
import type { Counters } from "./webhook/counters.ts";
import { createIntake } from "./webhook/intake.ts";
import { createReceiver } from "./webhook/receiver.ts";

/** What a running hub answers, as far as its roles go. */
export function createServe(options: CheckedOptions, parts: Parts, counters: Counters): Handler {
  const { paths } = options;
  const receiver = createReceiver(
    { notifications: parts.notifications, intake: createIntake() },
    parts.app.metaApps,
    paths.receiver,
  );
  const api = createApi({
    app: () => parts.app,
    routes: routesOf(counters),
    basePath: paths.api,
    authenticate: authenticator(options, parts),
  });
  return byRole(options, { receiver, api });
}

function routesOf(counters: Counters): readonly Route<App>[] {
  return [...connectionRoutes, ...endpointRoutes, healthRoute(counters)];
}

function byRole(
  { roles }: CheckedOptions,
  { receiver, api }: { readonly receiver: Handler; readonly api: Handler },
): Handler {
  const handlers = [
    ...(roles.includes("receiver") ? [receiver] : []),
    ...(roles.includes("api") ? [api] : []),
  ];
  return firstOf(handlers);
}

/** Asks one handler after the other until one takes the request for its own. */
export function firstOf(handlers: readonly Handler[]): Handler {
  return async (request) => {
    for (const handle of handlers) {
      const response = await handle(request);
      if (response) return response;
    }
    return undefined;
  };
}

/** What a hub that does not run answers on its own routes, so that Meta and callers come again. */
export function createClosed(options: CheckedOptions, counters: Counters): Handler {
  const { meta, paths } = options;
  const refuse = () => {
    throw notRunning();
  };
  const parts = { app: refuse, authenticate: refuse, basePath: paths.api };
  const api = createApi<App>({ ...parts, routes: routesOf(counters) });
  const callbacks = [paths.receiver, ...meta.map(({ appId }) => `${paths.receiver}/${appId}`)];
  const receiver: Handler = async ({ method, path }) =>
    callbacks.includes(path) && (method === "GET" || method === "POST")
      ? failureResponse(notRunning(), randomUUID())
      : undefined;
  return byRole(options, { receiver, api });
}

/** What to throw while the hub does not run. */
export function notRunning(): Failure {
  return new Failure("store_unavailable", "The hub is not running: call hub.start() first.");
}

function authenticator(options: CheckedOptions, { app, defaultOrganizationId }: Parts) {
  const { store, clock, rootSecret } = app;
  const own = options.authenticate;
  const pepper = rootSecret.derive("pepper");
  const parts = { store, clock, pepper, bootstrapKey: options.apiKey, defaultOrganizationId };
  return own
    ? async (request: Parameters<typeof own>[0]) => own(request)
    : (request: Parameters<typeof authenticate>[1]) => authenticate(parts, request);
}
