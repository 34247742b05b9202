import { refusals } from "./graph-error.ts";
import type { RecordedRequest } from "./recorded-request.ts";

/** The parameters of a call, wherever the caller put them. */
export type Params = Readonly<Record<string, unknown>>;

/**
 * Query, then body, JSON or form: Graph does not care which.
 *
 * @throws {GraphError} Code 100 for a body that is not what its content type says.
 */
export function readParams(request: RecordedRequest): Params {
  const inQuery = Object.fromEntries(request.query);
  if (request.body === "") return inQuery;
  const isJson = /^application\/json\b/.test(request.headers["content-type"] ?? "");
  const inBody = isJson ? readObject(request.body) : formOf(request.body);
  if (!inBody) throw refusals.parameterInvalid("The body is not a JSON object");
  return { ...inQuery, ...inBody };
}

/** A parameter as text; numbers and booleans count as text, as they do in a query. */
export function textParam(params: Params, name: string): string | undefined {
  const value = params[name];
  return value === undefined || typeof value === "object" ? undefined : String(value);
}

/** As `textParam`. @throws {GraphError} Code 100 when it is missing or empty. */
export function requiredParam(params: Params, name: string): string {
  const value = textParam(params, name);
  if (!value) throw refusals.parameterInvalid(`The parameter ${name} is required`);
  return value;
}

/**
 * A nested parameter: an object in JSON, the text of one in a form or a query.
 *
 * @throws {GraphError} Code 100 when it is neither.
 */
export function objectParam(params: Params, name: string): Params {
  const value = params[name];
  const object = typeof value === "string" ? readObject(value) : asObject(value);
  if (!object) throw refusals.parameterInvalid(`The parameter ${name} has to be an object`);
  return object;
}

function formOf(body: string): Params {
  return Object.fromEntries(new URLSearchParams(body));
}

function readObject(text: string): Params | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Params | undefined {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? Object.fromEntries(Object.entries(value)) : undefined;
}
