import type { Header, JsonSchema, Parameter, Reference } from "./openapi-document.ts";

const COUNT: JsonSchema = { type: "integer", minimum: 0 };

/** Headers of answers. */
export const HEADERS = {
  "X-Request-Id": {
    description: "Names this answer, also where you tell us of it.",
    schema: { type: "string", format: "uuid" },
  },
  "X-RateLimit-Limit": {
    description: "How many requests the budget allows; absent where nothing is limited.",
    schema: COUNT,
  },
  "X-RateLimit-Remaining": { description: "How many of them are left.", schema: COUNT },
  "X-RateLimit-Reset": {
    description: "When all of them are there again, in seconds since the epoch.",
    schema: COUNT,
  },
  "Retry-After": { description: "Seconds to wait before another try.", schema: COUNT },
  "Idempotency-Replayed": {
    description: "The answer of an earlier request with the same Idempotency-Key.",
    schema: { type: "string", const: "true" },
  },
} as const satisfies Readonly<Record<string, Header>>;

type HeaderName = keyof typeof HEADERS;

/** The headers that every answer to somebody we know has. */
export const USUAL_HEADERS: readonly HeaderName[] = [
  "X-Request-Id",
  "X-RateLimit-Limit",
  "X-RateLimit-Remaining",
  "X-RateLimit-Reset",
];

/** Where headers of an answer are described. */
export function headerReferences(
  names: readonly HeaderName[],
): Readonly<Record<string, Reference>> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** Makes a repeat of a request harmless. */
export const IDEMPOTENCY_KEY: Parameter = {
  name: "Idempotency-Key",
  in: "header",
  description:
    "A name for this request. For an hour the same request under it gets the answer of the first one, and has no second effect.",
  schema: { type: "string", pattern: "^[\\x21-\\x7e]{1,255}$" },
};

/** How a caller says who they are: one of them is enough. */
export const SECURITY_SCHEMES = {
  bearer: { type: "http", scheme: "bearer", description: "An API key: `wk_…`." },
  apiKey: { type: "apiKey", in: "header", name: "X-Api-Key", description: "An API key: `wk_…`." },
} as const satisfies Readonly<Record<string, JsonSchema>>;
