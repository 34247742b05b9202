import type { Operation, Parameter, Reference, ResponseObject } from "./openapi-document.ts";
import { failureResponses, isList } from "./openapi-failures.ts";
import { headerReferences, USUAL_HEADERS } from "./openapi-headers.ts";
import { operationId, tagOf } from "./openapi-names.ts";
import type { Schemas } from "./openapi-schemas.ts";
import type { Route } from "./route.ts";

/** A row, whoever runs it. */
export type Row = Omit<Route<never>, "accept">;

const IDEMPOTENCY_KEY: Reference = { $ref: "#/components/parameters/IdempotencyKey" };

/** What is to be said of parts of a request beside their names. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  limit: "At most this many entries. A page may be shorter; only `nextCursor: null` ends the list.",
  cursor: "The `nextCursor` of the page before, with the same query.",
  since: "Not older than this.",
  tenantId: "Your name for the tenant.",
  externalTenantId: "Your name for the tenant.",
  wabaId: "Meta's id of the WhatsApp Business Account.",
  phoneNumberId: "Meta's id of the number.",
};

/** Describes a row as an operation of the document. */
export function operationOf(schemas: Schemas, row: Row): Operation {
  const { method, path, summary, scope, budget } = row;
  const body = schemas.ofRequest(row.body);
  const takesBody = method !== "GET" && !isEmpty(body);
  return {
    operationId: operationId({ method, path, isList: isList(row) }),
    tags: [tagOf(path).name],
    summary,
    description: `Needs the scope \`${scope}\`, and counts as \`${budget}\`.`,
    security: [{ bearer: [scope] }, { apiKey: [scope] }],
    parameters: [
      ...pathParameters(path),
      ...queryParameters(schemas, row),
      ...(row.idempotent ? [IDEMPOTENCY_KEY] : []),
    ],
    ...(takesBody && { requestBody: requestBody(row, body) }),
    responses: { ...successes(schemas, row), ...failureResponses(schemas, row) },
  };

  function isEmpty(schema: Readonly<Record<string, unknown>>): boolean {
    return schema.type === "object" && Object.keys(schema.properties ?? {}).length === 0;
  }
}

function pathParameters(path: string): readonly Parameter[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    ...described(name),
    schema: { type: "string" },
  }));
}

function queryParameters(schemas: Schemas, { query }: Row): readonly Parameter[] {
  const { properties = {}, required } = schemas.ofRequest(query);
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  return Object.entries(properties ?? {}).map(([name, schema]) => ({
    name,
    in: "query",
    ...(needed.includes(name) && { required: true }),
    ...described(name),
    schema,
  }));
}

function described(name: string): { readonly description?: string } {
  const description = DESCRIPTIONS[name];
  return description === undefined ? {} : { description };
}

/** A request without a body is one with an empty object. */
function requestBody({ body }: Row, schema: Readonly<Record<string, unknown>>) {
  const required = !body.safeParse({}).success;
  return { required, content: { "application/json": { schema } } };
}

function successes(schemas: Schemas, row: Row): Readonly<Record<string, ResponseObject>> {
  const { success, otherSuccesses, summary, idempotent } = row;
  const replayed = idempotent ? (["Idempotency-Replayed"] as const) : [];
  const answer = {
    description: summary,
    headers: headerReferences([...USUAL_HEADERS, ...replayed]),
    content: { "application/json": { schema: schemas.ofAnswer(row.response) } },
  };
  const statuses = [success, ...otherSuccesses].sort();
  return Object.fromEntries(statuses.map((status) => [String(status), answer]));
}
