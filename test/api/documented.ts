import { expect } from "vitest";
import { connectionRoutes } from "../../packages/core/src/connections/routes.ts";
import { endpointRoutes } from "../../packages/core/src/delivery/routes.ts";
import { healthRoute } from "../../packages/core/src/health.ts";
import { createCounters } from "../../packages/core/src/webhook/counters.ts";

/** Every route of the API. */
export const routes = [...connectionRoutes, ...endpointRoutes, healthRoute(createCounters())];

const TYPES =
  /^(invalid_request|authentication|permission|not_found|conflict|rate_limited|meta_error|internal)$/;

/** What a refusal may tell beside its code. */
const CONTEXT = {
  fields: expect.arrayContaining([
    { path: expect.any(String), message: expect.stringMatching(/\S/) },
  ]),
  meta: {
    code: expect.any(Number),
    subcode: expect.toSatisfy((value) => value === null || typeof value === "number"),
    message: expect.any(String),
    traceId: expect.toSatisfy((value) => value === null || typeof value === "string"),
  },
};

export interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly error?: object };
}

/** Holds an answer of the API against what its route promises. */
export function expectDocumented(method: string, path: string, seen: Seen): void {
  const { status, headers } = seen;
  expect(headers.get("x-request-id")).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
  if (status >= 400) expectRefusal(seen);
  else expectSuccess(method, path, seen);
}

function expectSuccess(method: string, path: string, { status, body }: Seen): void {
  const row = routes.find((route) => route.method === method && matches(route.path, path));
  expect(row, `${method} ${path}`).toBeDefined();
  expect(row?.response.parse(body)).toEqual(body);
  const isAgain = row?.success === 201 && status === 200;
  expect(isAgain ? 201 : status).toBe(row?.success);
}

function expectRefusal({ headers, body }: Seen): void {
  const context = Object.entries(CONTEXT).filter(([name]) => name in (body.error ?? {}));
  expect(body).toEqual({
    error: {
      type: expect.stringMatching(TYPES),
      code: expect.stringMatching(/^[a-z_]+$/),
      message: expect.stringMatching(/\S/),
      ...Object.fromEntries(context),
    },
    requestId: headers.get("x-request-id"),
  });
}

function matches(pattern: string, target: string): boolean {
  const [path = ""] = target.split("?");
  return new RegExp(`^${pattern.replaceAll(/:\w+/g, "[^/]+")}$`).test(path);
}
