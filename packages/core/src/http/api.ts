import { randomUUID } from "node:crypto";
import { Failure } from "../failure.ts";
import { readJson } from "./body.ts";
import type { Handler, HttpRequest, HttpResponse } from "./message.ts";
import { failureResponse, json } from "./respond.ts";
import type { Caller, RawCall, Route, Scope } from "./route.ts";

/** The largest JSON body the API takes. */
const MAX_JSON_BYTES = 256 * 1024;
const JSON_TYPE = /^application\/([\w.+-]+\+)?json\s*(;|$)/i;

export interface ApiParts<App> {
  /** @throws {Failure} While there is none: every route of ours answers that then. */
  readonly app: () => App;
  readonly routes: readonly Route<App>[];
  /** Where the API is mounted, e.g. `/api/v1`. */
  readonly basePath: string;
  /** `undefined` when the request names nobody we know. */
  readonly authenticate: (request: HttpRequest) => Promise<Caller | undefined>;
}

interface Match<App> {
  readonly route: Route<App>;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * route → authenticate → scope → validate → use case → present.
 *
 * What is not a route of ours, by path or by method, is the host's. A `Failure` is presented; any
 * other error is a bug, ours or the host's, and goes to the host's error handler.
 */
export function createApi<App>(parts: ApiParts<App>): Handler {
  const find = compile(parts.basePath, parts.routes);

  return async (request) => {
    const match = find(request.method, request.path);
    if (!match) return undefined;
    const requestId = randomUUID();
    try {
      return await answer(parts, match, { request, requestId });
    } catch (error) {
      if (error instanceof Failure) return failureResponse(error, requestId);
      throw error;
    }
  };
}

async function answer<App>(
  { app, authenticate }: ApiParts<App>,
  { route, params }: Match<App>,
  { request, requestId }: { readonly request: HttpRequest; readonly requestId: string },
): Promise<HttpResponse> {
  const parts = app();
  const caller = await authenticate(request);
  if (!caller) throw new Failure("unauthorized");
  requireScope(caller, route.scope);
  const raw: RawCall = { params, query: request.query, body: await readBody(request) };
  const { status, value } = await route.serve(parts, caller, raw);
  return json(status, value, { "x-request-id": requestId, "cache-control": "no-store" });
}

function requireScope({ scopes }: Caller, scope: Scope): void {
  if (scopes.includes(scope) || scopes.includes("*")) return;
  throw new Failure("forbidden", `The API key does not have the scope ${scope}.`);
}

async function readBody(request: HttpRequest): Promise<unknown> {
  if (request.method === "GET") return {};
  const body = await request.readBody(MAX_JSON_BYTES);
  const type = String(request.headers["content-type"] ?? "application/json");
  if (body.bytes.byteLength > 0 && !JSON_TYPE.test(type)) {
    throw new Failure("unsupported_media_type");
  }
  return readJson(body);
}

function compile<App>(basePath: string, routes: readonly Route<App>[]) {
  const rows = routes.map((route) => {
    const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
    const pattern = route.path.replaceAll(/:\w+/g, "([^/]+)");
    return { route, names, pattern: new RegExp(`^${pattern}/?$`) };
  });

  return (method: string, path: string): Match<App> | undefined => {
    if (!path.startsWith(basePath)) return undefined;
    const rest = path.slice(basePath.length);
    for (const { route, names, pattern } of rows) {
      const found = method === route.method ? pattern.exec(rest) : null;
      if (found) return { route, params: readParams(names, found.slice(1)) };
    }
    return undefined;
  };
}

function readParams(names: readonly string[], values: readonly string[]) {
  return Object.fromEntries(names.map((name, index) => [name, decode(values[index] ?? "")]));
}

/** A malformed escape names nothing we have. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
