import type { z } from "zod";
import type { OpenApiDocument, Operation, Paths, ResponseObject } from "./openapi-document.ts";
import { ErrorBody } from "./openapi-error.ts";
import { namedFailures } from "./openapi-failures.ts";
import { HEADERS, headerReferences, IDEMPOTENCY_KEY, SECURITY_SCHEMES } from "./openapi-headers.ts";
import { operationId, type Tag, tagOf } from "./openapi-names.ts";
import { operationOf, type Row } from "./openapi-operation.ts";
import { describeSchemas, type SchemaNames, type Schemas } from "./openapi-schemas.ts";

/** A GET that asks for no key. */
export interface OpenRow {
  readonly path: string;
  readonly summary: string;
  /** What it answers, by status. */
  readonly answers: Readonly<
    Record<string, { readonly description: string; readonly schema: z.ZodType }>
  >;
}

/** What an API is made of. */
export interface ApiDescription {
  /** Where it is, without a slash at its end. */
  readonly url: string;
  readonly routes: readonly Row[];
  readonly openRows: readonly OpenRow[];
  readonly names: SchemaNames;
}

const INFO = {
  title: "wabakit",
  version: "1.0.0",
  license: { name: "MIT", identifier: "MIT" },
  description: [
    "Connects WhatsApp numbers to your product.",
    "JSON in camelCase; instants are ISO 8601 in UTC; what is absent is `null`. Fields and query names that a request does not have are refused by name.",
    "Version 1 only grows: expect answers with more fields, events with new names, and refusals with new codes under the types there are.",
  ].join("\n\n"),
} as const;

/** Describes an API in OpenAPI 3.1, the same way each time. */
export function describeApi({ url, routes, openRows, names }: ApiDescription): OpenApiDocument {
  const answers = { ...names.answers, Error: ErrorBody };
  const schemas = describeSchemas({ ...names, answers });
  return {
    openapi: "3.1.0",
    info: INFO,
    servers: [{ url }],
    tags: tagsOf([...routes, ...openRows]),
    paths: pathsOf(schemas, routes, openRows),
    components: {
      schemas: schemas.components,
      responses: namedFailures(schemas, routes),
      parameters: { IdempotencyKey: IDEMPOTENCY_KEY },
      headers: HEADERS,
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

function tagsOf(rows: readonly { readonly path: string }[]): readonly Tag[] {
  const tags = new Map(rows.map(({ path }) => [tagOf(path).name, tagOf(path)]));
  return [...tags.values()];
}

function pathsOf(schemas: Schemas, routes: readonly Row[], openRows: readonly OpenRow[]): Paths {
  const operations = [
    ...routes.map((row) => ({ ...row, operation: operationOf(schemas, row) })),
    ...openRows.map((row) => ({ ...row, method: "GET", operation: openOperation(schemas, row) })),
  ];
  const groups = Map.groupBy(operations, ({ path }) => path.replaceAll(/:(\w+)/g, "{$1}"));
  return Object.fromEntries(
    [...groups].map(([path, group]) => [
      path,
      Object.fromEntries(
        group.map(({ method, operation }) => [method.toLowerCase(), operation]),
      ) satisfies Readonly<Record<string, Operation>>,
    ]),
  );
}

function openOperation(schemas: Schemas, { path, summary, answers }: OpenRow): Operation {
  const responses = Object.entries(answers).map(([status, { description, schema }]) => {
    const headers = headerReferences(["X-Request-Id"]);
    const content = { "application/json": { schema: schemas.ofAnswer(schema) } };
    const response: ResponseObject = { description, headers, content };
    return [status, response];
  });
  return {
    operationId: operationId({ method: "GET", path, isList: false }),
    tags: [tagOf(path).name],
    summary,
    security: [],
    parameters: [],
    responses: Object.fromEntries(responses),
  };
}
