import { randomUUID } from "node:crypto";
import { authenticate } from "./access/authenticate.ts";
import { checkCaller } from "./access/check-caller.ts";
import { createOnce } from "./access/idempotency.ts";
import { createKeyUse } from "./access/keys/key-use.ts";
import { memoryCounters } from "./access/limits/memory-counters.ts";
import { createOwnLimits } from "./access/limits/own-limits.ts";
import { createRateLimit } from "./access/limits/rate-limit.ts";
import { storeCounters } from "./access/limits/store-counters.ts";
import { API_ROUTES } from "./api-routes.ts";
import type { App } from "./app.ts";
import { Failure } from "./failure.ts";
import { createConfirmPage } from "./heartbeat/confirm-page.ts";
import type { Limit } from "./http/allowance.ts";
import { type ApiParts, createApi } from "./http/api.ts";
import type { Handler, HttpRequest } from "./http/message.ts";
import { presented } from "./http/presented.ts";
import { createPages } from "./onboarding/page/pages.ts";
import { createDocumentHandler } from "./openapi.ts";
import type { CheckedOptions } from "./options.ts";
import type { Parts } from "./parts.ts";
import { harmless } from "./telemetry/hooks.ts";
import type { OnRefused } from "./telemetry/on-refused.ts";
import { createIntake } from "./webhook/intake.ts";
import { appIdIn, callbackRoute, createReceiver } from "./webhook/receiver.ts";

/** What a running hub answers, as far as its roles go. */
export function createServe(options: CheckedOptions, parts: Parts): Handler {
  const { paths } = options;
  const onRefused = refusalHook(options);
  const { notifications } = parts;
  const receiving = { notifications, intake: createIntake(), apps: parts.app.metaApps, onRefused };
  const receiver = createReceiver(receiving, paths.receiver);
  const document = createDocumentHandler(options, API_ROUTES);
  const api = createApi({
    app: () => parts.app,
    routes: API_ROUTES,
    basePath: paths.api,
    authenticate: authenticator(options, parts),
    limit: limiter(options, parts),
    once: createOnce({ ...parts.app, expiring: parts.expiring }),
    onRefused,
  });
  const pages = pagesOf({ app: () => parts.app, onRefused }, paths.pages);
  return byRole(options, { receiver, api: firstOf([document, api, pages]) });
}

/** What people open. */
function pagesOf(parts: Pick<ApiParts<App>, "app" | "onRefused">, basePath: string): Handler {
  const given = { parts: parts.app, onRefused: parts.onRefused };
  return firstOf([createConfirmPage(given, basePath), createPages(given, basePath)]);
}

function refusalHook({ onRefused, logger }: CheckedOptions): OnRefused {
  return harmless(onRefused, { logger, name: "onRefused" });
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
export function createClosed(options: CheckedOptions): Handler {
  const { paths } = options;
  const refuse = () => {
    throw notRunning();
  };
  const onRefused = refusalHook(options);
  const parts = { app: refuse, authenticate: refuse, limit: refuse, once: refuse, onRefused };
  const document = createDocumentHandler(options, API_ROUTES);
  const api = createApi<App>({ ...parts, basePath: paths.api, routes: API_ROUTES });
  // Which apps are stored is not known now, so any app's callback may be one of ours.
  const isCallback = (path: string) =>
    path === paths.receiver || appIdIn(path, paths.receiver) !== undefined;
  const receiver: Handler = async (request) => {
    const { method, path } = request;
    if (!isCallback(path) || (method !== "GET" && method !== "POST")) return undefined;
    const route = callbackRoute(path, paths.receiver);
    const requestId = randomUUID();
    return presented({ request, surface: "receiver", route, requestId, onRefused }, refuse);
  };
  const pages = pagesOf({ app: refuse, onRefused }, paths.pages);
  return byRole(options, { receiver, api: firstOf([document, api, pages]) });
}

/** What to throw while the hub does not run. */
export function notRunning(): Failure {
  return new Failure("store_unavailable", "The hub is not running: call hub.start() first.");
}

function authenticator(options: CheckedOptions, { app, defaultOrganizationId }: Parts) {
  const { clock, knownKeys, rootSecret } = app;
  const own = options.authenticate;
  if (own) return async (request: HttpRequest) => checkCaller(await own(request));
  const noteUse = createKeyUse(app);
  const pepper = rootSecret.derive("pepper");
  const known = { clock, knownKeys, noteUse, pepper };
  const parts = { ...known, bootstrapKey: options.apiKey, defaultOrganizationId };
  return (request: HttpRequest) => authenticate(parts, request);
}

/** A store of one process sees no requests but this one's. */
function limiter({ limits, clock }: CheckedOptions, { app, expiring }: Parts): Limit {
  const isShared = app.store.atomicity === "cluster";
  const counters = isShared ? storeCounters({ ...app, expiring }) : memoryCounters(clock);
  return createRateLimit({ limits, ownLimits: createOwnLimits(app), counters, clock });
}
