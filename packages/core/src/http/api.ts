import { randomBytes, randomUUID } from "node:crypto";
import type { RandomBytes } from "../crypto/random-bytes.ts";
import { Failure } from "../failure.ts";
import { measuredRequest } from "../telemetry/measured-request.ts";
import type { OnRefused } from "../telemetry/on-refused.ts";
import { allowanceHeaders, type Limit, requireRoom } from "./allowance.ts";
import { readJson } from "./body.ts";
import { type Match, routeFinder } from "./find-route.ts";
import type { Handler, HttpRequest, HttpResponse } from "./message.ts";
import { type Asked, presented } from "./presented.ts";
import { contentOf, type Once, readIdempotencyKey } from "./repeatable.ts";
import { json, withHeaders } from "./respond.ts";
import type { Caller, RequestCaller, Route, Scope } from "./route.ts";

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
  readonly limit: Limit;
  readonly once: Once;
  readonly onRefused: OnRefused;
}

/** A request that is for a route of ours, and from somebody we know. */
interface Known<App> extends Match<App> {
  readonly app: App;
  readonly request: HttpRequest;
  readonly caller: RequestCaller;
  readonly asked: Asked;
}

/**
 * route → authenticate → scope → rate limit → validate → idempotency → use case → present.
 *
 * What is not a route of ours, by path or by method, is the host's. A `Failure` is presented; any
 * other error is a bug, ours or the host's, and goes to the host's error handler.
 */
export function createApi<App>(parts: ApiParts<App>): Handler {
  const find = routeFinder(parts.basePath, parts.routes);

  return async (request) => {
    const match = find(request.method, request.path);
    if (!match) return undefined;
    const requestId = randomUUID();
    const route = parts.basePath + match.route.path;
    const { onRefused } = parts;
    const asked: Asked = { request, surface: "api", route, requestId, onRefused };
    const respond = async () => {
      const app = parts.app();
      const known = await parts.authenticate(request);
      if (!known) throw new Failure("unauthorized");
      const caller = { ...known, requestId };
      return admit(parts, { ...match, app, request, caller, asked });
    };
    return measuredRequest(request, route, () => presented(asked, respond));
  };
}

/** Tells the caller how many requests are left, whatever becomes of this one. */
async function admit<App>(parts: ApiParts<App>, known: Known<App>): Promise<HttpResponse> {
  const { route, params, caller, asked } = known;
  const isRefused = !hasScope(caller, route.scope);
  const allowance = await parts.limit({ caller, budget: route.budget, params, isRefused });
  const response = await presented(asked, async () => {
    if (isRefused) throw lacksScope(route.scope);
    requireRoom(allowance);
    return answer(parts, known);
  });
  return withHeaders(response, allowanceHeaders(allowance));
}

async function answer<App>({ once }: ApiParts<App>, known: Known<App>): Promise<HttpResponse> {
  const { app, route, params, request, caller } = known;
  const raw = { params, query: request.query, body: await readBody(request) };
  const run = route.accept(raw);
  const key = route.idempotent ? readIdempotencyKey(request) : undefined;
  const act = async (random: RandomBytes) => {
    const { status, value, headers } = await run(app, {
      caller,
      random,
      isRepeatable: key !== undefined,
    });
    const own = { "x-request-id": caller.requestId, "cache-control": "no-store" };
    return json(status, value, { ...own, ...headers });
  };
  if (key === undefined) return act(randomBytes);
  return once({ caller, key, content: contentOf(route.method, route.path, raw) }, act);
}

function hasScope({ scopes }: Caller, scope: Scope): boolean {
  return scopes.includes(scope) || scopes.includes("*");
}

function lacksScope(scope: Scope): Failure {
  return new Failure("forbidden", `The API key does not have the scope ${scope}.`);
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
