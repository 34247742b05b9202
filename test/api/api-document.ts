import { Keyv } from "keyv";
import { API_ROUTES } from "../../packages/core/src/api-routes.ts";
import type { Operation } from "../../packages/core/src/http/openapi-document.ts";
import { createDocument } from "../../packages/core/src/openapi.ts";
import { checkOptions } from "../../packages/core/src/options.ts";

const options = checkOptions({
  store: new Keyv(),
  secretKeys: [new Uint8Array(32)],
  publicUrl: "https://app.acme.test/whatsapp/",
  meta: { appId: "1", appSecret: "secret", verifyToken: "token" },
});

/** Every route of the API. */
export const routes = API_ROUTES;

/** Generates the document anew. */
export function generateDocument() {
  return createDocument(options, API_ROUTES);
}

/** The document that is generated from the routes. */
export const apiDocument = generateDocument();

/** An operation of the document, and where it is. */
export interface DocumentedOperation extends Operation {
  readonly method: string;
  /** With `{name}` for parameters. */
  readonly path: string;
  /** `GET /connections/{id}` */
  readonly title: string;
  /** The scope it needs; `undefined` where no key is asked for. */
  readonly scope: string | undefined;
}

/** Every operation of the document. */
export const operations: readonly DocumentedOperation[] = Object.entries(apiDocument.paths).flatMap(
  ([path, byMethod]) =>
    Object.entries(byMethod).map(([lower, operation]) => {
      const method = lower.toUpperCase();
      const scope = operation.security[0]?.bearer?.[0];
      return { ...operation, method, path, title: `${method} ${path}`, scope };
    }),
);

/** The operation that answers a request; the one that names the path in full goes first. */
export function operationFor(method: string, target: string): DocumentedOperation | undefined {
  const [path = ""] = target.split("?");
  const matching = operations.filter(
    (operation) => operation.method === method && patternOf(operation.path).test(path),
  );
  return matching.find((operation) => operation.path === path) ?? matching[0];
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}/?$`);
}
