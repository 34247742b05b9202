import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ErrorBody } from "./openapi-error.ts";
import { failureCodesOf, failureResponses, namedFailures } from "./openapi-failures.ts";
import { describeSchemas } from "./openapi-schemas.ts";
import { PageQuery } from "./page.ts";
import { route } from "./route.ts";

const schemas = describeSchemas({ requests: {}, answers: { Error: ErrorBody } });
const row = (spec: Partial<Parameters<typeof route>[0]>) =>
  route({
    method: "GET",
    path: "/pets",
    summary: "",
    scope: "*",
    success: 200,
    response: z.strictObject({}),
    run: async () => ({ value: {} }),
    ...spec,
  });

const EVERY = [
  "forbidden",
  "internal_error",
  "invalid_request",
  "rate_limited",
  "secret_unreadable",
  "store_unavailable",
  "unauthorized",
];

describe("the refusals of a row", () => {
  it("are those of every row", () => {
    expect(failureCodesOf(row({}))).toEqual(EVERY);
  });

  it.each([
    ["a path with an id", { path: "/pets/:id" }, ["not_found"]],
    ["a list", { query: PageQuery }, ["invalid_cursor"]],
    ["its own, each once", { errors: ["not_found", "forbidden"] as const }, ["not_found"]],
    [
      "a body, and a key",
      { method: "POST" as const },
      [
        "body_too_large",
        "connection_busy",
        "idempotency_key_collision",
        "raw_body_unavailable",
        "request_timeout",
        "unsupported_encoding",
        "unsupported_media_type",
      ],
    ],
  ])("are more for %s", (_, spec, more) => {
    expect(failureCodesOf(row(spec))).toEqual([...EVERY, ...more].sort());
  });

  it("need no key where a request is never answered from memory", () => {
    const codes = failureCodesOf(row({ method: "POST", idempotent: false }));
    expect(codes).not.toContain("idempotency_key_collision");
  });
});

describe("what is answered then", () => {
  const many = row({
    errors: ["waba_in_use", "number_in_use", "connection_busy", "suspended_by_meta"],
  });

  it("is told once for all rows where it is of few codes", () => {
    const responses = failureResponses(schemas, many);
    expect(responses[429]).toEqual({ $ref: "#/components/responses/RateLimited" });
    expect(Object.keys(namedFailures(schemas, [many, row({})]))).toEqual([
      "Forbidden",
      "InternalErrorOrSecretUnreadable",
      "InvalidRequest",
      "RateLimited",
      "StoreUnavailable",
      "Unauthorized",
    ]);
  });

  it("is told in place where it is of more, with what to do", () => {
    expect(failureResponses(schemas, many)[409]).toMatchObject({
      description: expect.stringContaining("`waba_in_use`: "),
      headers: { "Retry-After": expect.anything(), "X-Request-Id": expect.anything() },
      content: {
        "application/json": {
          schema: {
            $ref: "#/components/schemas/Error",
            properties: {
              error: {
                properties: {
                  code: {
                    enum: ["connection_busy", "number_in_use", "suspended_by_meta", "waba_in_use"],
                  },
                },
              },
            },
          },
        },
      },
    });
  });

  it("tells of counts only to who is known", () => {
    const { Unauthorized, Forbidden } = namedFailures(schemas, [many]);
    expect(Object.keys(Unauthorized?.headers ?? {})).toEqual(["X-Request-Id"]);
    expect(Object.keys(Forbidden?.headers ?? {})).toContain("X-RateLimit-Remaining");
  });
});
