import { z } from "zod";
import { check } from "./check.ts";

/** What an API key may do. */
export const SCOPES = [
  "connections:read",
  "connections:write",
  "secrets:reveal",
  "messages:send",
  "inbox:read",
  "inbox:write",
  "webhooks:read",
  "webhooks:write",
  "keys:write",
  "organizations:write",
  "*",
] as const;

/** One thing an API key may do; `*` is all of them. */
export type Scope = (typeof SCOPES)[number];

/** Who calls, and what they may do. */
export interface Caller {
  readonly organizationId: string;
  readonly scopes: readonly Scope[];
  /** Names the key or person in the audit log. */
  readonly actor: string;
  /** Only these tenants, when given. */
  readonly tenantIds?: readonly string[] | undefined;
}

/** What a route answers: JSON, with another status than the row's if need be. */
export interface Answer<Value> {
  readonly value: Value;
  readonly status?: number;
}

/** The parts of a request, checked. */
export interface Call<Params, Query, Body> {
  readonly caller: Caller;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
}

/** The parts of a request, as they came. */
export interface RawCall {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

interface RouteSpec<
  App,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Response extends z.ZodType,
> {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Below the API's base path, with `:name` for parameters. */
  readonly path: string;
  readonly summary: string;
  readonly scope: Scope;
  readonly success: number;
  readonly query?: Query;
  readonly body?: Body;
  readonly response: Response;
  readonly run: (
    app: App,
    call: Call<Readonly<Record<string, string>>, z.output<Query>, z.output<Body>>,
  ) => Promise<Answer<z.input<Response>>>;
}

/** A route of the API as data. The same row serves requests and describes itself. */
export interface Route<App> {
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly scope: Scope;
  readonly success: number;
  readonly query: z.ZodType;
  readonly body: z.ZodType;
  readonly response: z.ZodType;
  /** @throws {Failure} `invalid_request` naming every wrong field, or what the use case throws. */
  readonly serve: (app: App, caller: Caller, raw: RawCall) => Promise<Required<Answer<unknown>>>;
}

const NOTHING = z.strictObject({});

/** Makes a row of what a route takes, gives and runs; the types follow from the schemas. */
export function route<
  App,
  Response extends z.ZodType,
  Query extends z.ZodType = typeof NOTHING,
  Body extends z.ZodType = typeof NOTHING,
>(spec: RouteSpec<App, Query, Body, Response>): Route<App> {
  const { method, path, summary, scope, success, response } = spec;
  const query: z.ZodType = spec.query ?? NOTHING;
  const body: z.ZodType = spec.body ?? NOTHING;
  return {
    ...{ method, path, summary, scope, success, query, body, response },
    async serve(app, caller, raw) {
      const input = {
        query: check(query, valuesOf(raw.query)),
        body: check(body, raw.body),
      };
      // The schemas just checked are the ones the types were taken from.
      const call = { caller, params: raw.params, ...input } as Parameters<typeof spec.run>[1];
      const { status = success, value } = await spec.run(app, call);
      return { status, value };
    },
  };
}

/** A name given twice becomes a list, which no schema takes: one of the two would be ignored. */
function valuesOf(query: URLSearchParams): Readonly<Record<string, unknown>> {
  const entries = [...query.keys()].map((name) => {
    const [first, ...more] = query.getAll(name);
    return [name, more.length > 0 ? [first, ...more] : first];
  });
  return Object.fromEntries(entries);
}
