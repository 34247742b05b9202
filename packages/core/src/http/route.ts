import { z } from "zod";
import type { RandomBytes } from "../crypto/random-bytes.ts";
import type { FailureCode } from "../failure.ts";
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
  /** When their key ends, in epoch milliseconds: no key they make lasts longer. */
  readonly expiresAt?: number | undefined;
}

/** Whose request it is, and the id that its answer carries in `X-Request-Id`. */
export type RequestCaller = Caller & { readonly requestId: string };

/** What requests are counted by; how many there may be is the `limits` option. */
export const BUDGETS = ["reads", "writes", "reveal", "metaLookups", "inboxReads", "sends"] as const;

/** One of the counts that limit requests. */
export type Budget = (typeof BUDGETS)[number];

/** What a route answers: JSON, with another status than the row's, or more headers, if need be. */
export interface Answer<Value> {
  readonly value: Value;
  readonly status?: number;
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Who asks, and where what the use case makes up comes from. */
export interface Run {
  readonly caller: RequestCaller;
  /**
   * The same bytes, in the same order, each time a request with an `Idempotency-Key` is run; others
   * get new ones. So a use case that takes the id and the secrets of what it makes from here, before
   * anything else it draws, makes the same ones after a crash, and finds that it already has.
   */
  readonly random: RandomBytes;
  /** Whether the request has an `Idempotency-Key`: a repeat within an hour gets the same answer. */
  readonly isRepeatable: boolean;
}

/** The parts of a request, checked. */
export interface Call<Params, Query, Body> extends Run {
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
  /** `reads` for a GET and `writes` for anything else, when left out. */
  readonly budget?: Budget;
  readonly success: number;
  /** Other statuses it may succeed with, e.g. 200 for what was there before. */
  readonly otherSuccesses?: readonly number[];
  /** How it may refuse, beside what every route may. */
  readonly errors?: readonly FailureCode[];
  /** Answers are never stored, so that each request runs, whatever `Idempotency-Key` it has. */
  readonly idempotent?: false;
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
  readonly budget: Budget;
  readonly success: number;
  /** Other statuses it may succeed with. */
  readonly otherSuccesses: readonly number[];
  /** How it may refuse, beside what every route may. */
  readonly errors: readonly FailureCode[];
  /** Whether a request may have an `Idempotency-Key`: a GET needs none. */
  readonly idempotent: boolean;
  readonly query: z.ZodType;
  readonly body: z.ZodType;
  readonly response: z.ZodType;
  /**
   * Checks a request; what comes back runs the use case.
   *
   * @throws {Failure} `invalid_request` naming every wrong field.
   */
  readonly accept: (raw: RawCall) => Accepted<App>;
}

/** A request that was found valid. @throws what the use case throws. */
export type Accepted<App> = (app: App, run: Run) => Promise<Required<Answer<unknown>>>;

const NOTHING = z.strictObject({});

/** Makes a row of what a route takes, gives and runs; the types follow from the schemas. */
export function route<
  App,
  Response extends z.ZodType,
  Query extends z.ZodType = typeof NOTHING,
  Body extends z.ZodType = typeof NOTHING,
>(spec: RouteSpec<App, Query, Body, Response>): Route<App> {
  const { method, path, summary, scope, success, response } = spec;
  const { otherSuccesses = [], errors = [] } = spec;
  const isRead = method === "GET";
  const budget = spec.budget ?? (isRead ? "reads" : "writes");
  const idempotent = !isRead && spec.idempotent !== false;
  const query: z.ZodType = spec.query ?? NOTHING;
  const body: z.ZodType = spec.body ?? NOTHING;
  return {
    ...{ method, path, summary, scope, budget, idempotent },
    ...{ success, otherSuccesses, errors, query, body, response },
    accept({ params, ...raw }) {
      const input = { query: check(query, valuesOf(raw.query)), body: check(body, raw.body) };
      return async (app, run) => {
        // The schemas just checked are the ones the types were taken from.
        const call = { ...run, params, ...input } as Parameters<typeof spec.run>[1];
        const { status = success, value, headers = {} } = await spec.run(app, call);
        return { status, value, headers };
      };
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
