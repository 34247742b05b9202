import { z } from "zod";
import { Failure, type FailureCode } from "../failure.ts";
import type { ResponseObject, Responses } from "./openapi-document.ts";
import { ErrorBody, exampleOf } from "./openapi-error.ts";
import { headerReferences, USUAL_HEADERS } from "./openapi-headers.ts";
import type { Schemas } from "./openapi-schemas.ts";
import type { Route } from "./route.ts";

/** How every request may be refused; */
const ALWAYS: readonly FailureCode[] = [
  "invalid_request",
  "unauthorized",
  "forbidden",
  "rate_limited",
  "internal_error",
  "secret_unreadable",
  "store_unavailable",
];
/** one that may have a body; */
const WITH_BODY: readonly FailureCode[] = [
  "request_timeout",
  "body_too_large",
  "unsupported_encoding",
  "unsupported_media_type",
  "raw_body_unavailable",
];
/** and one that may have an `Idempotency-Key`. */
const WITH_KEY: readonly FailureCode[] = ["idempotency_key_collision", "connection_busy"];

/** More refusals than this under one status stand where they are given, and nowhere else. */
const MAX_NAMED = 3;

type Row = Pick<Route<never>, "method" | "path" | "errors" | "idempotent" | "query">;

/** Every way a route may refuse: what it says itself, and what follows from the request it takes. */
export function failureCodesOf(row: Row): readonly FailureCode[] {
  const codes: readonly FailureCode[] = [
    ...ALWAYS,
    ...(row.method === "GET" ? [] : WITH_BODY),
    ...(row.idempotent ? WITH_KEY : []),
    ...(row.path.includes(":") ? (["not_found"] as const) : []),
    ...(isList(row) ? (["invalid_cursor"] as const) : []),
    ...row.errors,
  ];
  return [...new Set(codes)].sort();
}

/** Whether a route answers page by page. */
export function isList({ query }: Pick<Row, "query">): boolean {
  return query instanceof z.ZodObject && "cursor" in query.shape;
}

/** The answers that refuse, by status: those of few codes are told once for all operations. */
export function failureResponses(schemas: Schemas, row: Row): Responses {
  const groups = byStatus(failureCodesOf(row));
  return Object.fromEntries(
    groups.map(([status, codes]) => [
      status,
      codes.length > MAX_NAMED
        ? refusal(schemas, codes)
        : { $ref: `#/components/responses/${nameOf(codes)}` },
    ]),
  );
}

/** The refusals that `failureResponses` refers to. */
export function namedFailures(
  schemas: Schemas,
  rows: readonly Row[],
): Readonly<Record<string, ResponseObject>> {
  const groups = rows.flatMap((row) => byStatus(failureCodesOf(row)).map(([, codes]) => codes));
  const named = groups.filter((codes) => codes.length <= MAX_NAMED);
  const all = new Map(named.map((codes) => [nameOf(codes), codes]));
  const sorted = [...all].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, codes]) => [name, refusal(schemas, codes)]));
}

function byStatus(codes: readonly FailureCode[]) {
  const groups = Map.groupBy(codes, (code) => new Failure(code).status);
  return [...groups].sort(([a], [b]) => a - b);
}

function nameOf(codes: readonly FailureCode[]): string {
  const words = codes.join("_or_").split("_");
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

function refusal(schemas: Schemas, codes: readonly FailureCode[]): ResponseObject {
  const lines = codes.map((code) => `\`${code}\`: ${new Failure(code).message}`);
  const examples = codes.map((code) => [code, { value: exampleOf(code) }]);
  return {
    description: lines.join("\n\n"),
    headers: headersOf(codes),
    content: {
      "application/json": {
        schema: {
          ...schemas.ofAnswer(ErrorBody),
          properties: { error: { properties: { code: { enum: codes } } } },
        },
        examples: Object.fromEntries(examples),
      },
    },
  };
}

function headersOf(codes: readonly FailureCode[]) {
  const failures = codes.map((code) => new Failure(code));
  const isKnown = !codes.includes("unauthorized");
  const isPassing = failures.some(({ retryable }) => retryable);
  const isKept = failures.some(({ status, retryable }) => status < 500 && !retryable);
  return headerReferences([
    ...(isKnown ? USUAL_HEADERS : (["X-Request-Id"] as const)),
    ...(isPassing ? (["Retry-After"] as const) : []),
    ...(isKnown && isKept ? (["Idempotency-Replayed"] as const) : []),
  ]);
}
