import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { expect } from "vitest";
import { apiDocument, operationFor, operations } from "./api-document.ts";

/** An answer of the API. */
export interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly error?: { readonly code: string }; readonly requestId?: unknown };
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const FORMATS = {
  "date-time": (text: string) => INSTANT.test(text) && !Number.isNaN(Date.parse(text)),
  uri: (text: string) => URL.canParse(text),
  uuid: UUID,
};
const RATE_HEADERS = ["limit", "remaining", "reset"].map((name) => `x-ratelimit-${name}`);

const ajv = new Ajv2020({ strict: false, allErrors: true, formats: FORMATS });
ajv.addSchema({ $id: "document", ...closed({ ...apiDocument }) });

const validators = new Map<string, ValidateFunction>();

/** Holds an answer of the API against the document: operation, status, headers, code and body. */
export function expectDocumented(method: string, target: string, seen: Seen): void {
  const { status, headers, body } = seen;
  const operation = operationFor(method, target);
  const what = `${method} ${target} -> ${status} ${JSON.stringify(body)}`;
  expect(operation, `no operation of the document: ${what}`).toBeDefined();
  expect(Object.keys(operation?.responses ?? {}), what).toContain(String(status));
  expect(complaints(operation?.title ?? "", status, body), what).toEqual([]);

  expect(headers.get("x-request-id"), what).toMatch(UUID);
  expect(headers.get("content-type"), what).toBe("application/json; charset=utf-8");
  if ("requestId" in body) expect(body.requestId).toBe(headers.get("x-request-id"));
  expectHeaders(operation?.title ?? "", seen);
}

/** What of an answer is not as the document says. */
export function complaints(title: string, status: number, body: unknown): readonly string[] {
  const validate = validatorOf(title, status);
  if (validate(body)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

function validatorOf(title: string, status: number): ValidateFunction {
  const name = `${title} ${status}`;
  const known = validators.get(name) ?? ajv.compile({ $ref: `document${pointer(title, status)}` });
  validators.set(name, known);
  return known;
}

/** Where the schema of an answer is: refusals that several operations have are told once. */
function pointer(title: string, status: number): string {
  const [method = "", path = ""] = title.split(" ");
  const own = `#/paths/${path.replaceAll("/", "~1")}/${method.toLowerCase()}/responses/${status}`;
  const place = referenceOf(title, status) ?? own;
  return encodeURI(`${place}/content/application~1json/schema`);
}

function referenceOf(title: string, status: number): string | undefined {
  const response = operationOf(title)?.responses[String(status)];
  return response && "$ref" in response ? response.$ref : undefined;
}

function operationOf(title: string) {
  return operations.find((operation) => operation.title === title);
}

/** Only what is told of may come; and what is to be done about a refusal has to. */
function expectHeaders(title: string, { status, headers, body }: Seen): void {
  const name = referenceOf(title, status)?.split("/").at(-1);
  const own = operationOf(title)?.responses[String(status)];
  const response = name === undefined ? own : apiDocument.components.responses[name];
  const told = response && "headers" in response ? Object.keys(response.headers) : [];
  const names = told.map((header) => header.toLowerCase());
  const telling = [...RATE_HEADERS, "retry-after", "idempotency-replayed"];
  for (const header of telling.filter((one) => headers.has(one))) {
    expect(names, `${title} ${status}`).toContain(header);
  }
  if (body.error && (status === 429 || status === 503)) {
    expect(Number(headers.get("retry-after")), title).toBeGreaterThan(0);
  }
}

/** The document leaves answers open, since the API grows; a test wants to hear of every field. */
function closed(value: object): object {
  const parts = Object.entries(value).map(([name, part]) => [
    name,
    typeof part === "object" && part !== null ? closed(part) : part,
  ]);
  if (Array.isArray(value)) return parts.map(([, part]) => part);
  const schema: Readonly<Record<string, unknown>> = Object.fromEntries(parts);
  const isObject = [schema.type].flat().includes("object") && "properties" in schema;
  return {
    ...schema,
    ...(isObject && { additionalProperties: schema.additionalProperties ?? false }),
  };
}
