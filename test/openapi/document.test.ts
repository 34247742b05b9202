import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type {
  JsonSchema,
  Operation,
  ResponseObject,
} from "../../packages/core/src/http/openapi-document.ts";
import { apiDocument, generateDocument, operations, routes } from "../api/api-document.ts";
import { client } from "../api/client.ts";
import { complaints } from "../api/documented.ts";
import { scene } from "../api/scene.ts";

const { components } = apiDocument;

function responsesOf({ responses }: Operation): readonly (readonly [number, ResponseObject])[] {
  return Object.entries(responses).flatMap(([status, response]) => {
    const named =
      "$ref" in response ? components.responses[response.$ref.split("/").at(-1) ?? ""] : response;
    return named ? [[Number(status), named] as const] : [];
  });
}

const schemaIn = (content: Operation["requestBody"] | ResponseObject | undefined): JsonSchema =>
  content?.content["application/json"].schema ?? {};

describe("the document", () => {
  it("is the same each time", () => {
    expect(JSON.stringify(generateDocument())).toBe(JSON.stringify(apiDocument));
  });

  it("has every route once, and beside them only what asks for no key", () => {
    const titles = routes.map(
      ({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`,
    );
    expect(new Set(titles).size).toBe(titles.length);
    const keyed = operations.filter(({ security }) => security.length > 0);
    expect(keyed.map(({ title }) => title).sort()).toEqual(titles.sort());
    const open = operations.filter(({ security }) => security.length === 0);
    expect(open.map(({ path }) => path)).toEqual([
      "/health/live",
      "/health/ready",
      "/openapi.json",
    ]);
  });

  it("names operations as the list says, each by one name; clients are generated from it", () => {
    const names = operations.map(({ operationId, title }) => `${operationId} ${title}`);
    const frozen = readFileSync("test/openapi/operation-names.txt", "utf8").trim().split("\n");
    expect(names.sort()).toEqual(frozen);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(names.length);
  });

  it("says what each row says: scope, every parameter, key, body, statuses", () => {
    for (const row of routes) {
      const title = `${row.method} ${row.path.replaceAll(/:(\w+)/g, "{$1}")}`;
      const operation = operations.find((candidate) => candidate.title === title);
      expect(operation, title).toMatchObject({
        security: [{ bearer: [row.scope] }, { apiKey: [row.scope] }],
        summary: row.summary,
      });
      const takesKey = operation?.parameters.some((one) => "$ref" in one);
      expect(takesKey, title).toBe(row.idempotent);
      const statuses = Object.keys(operation?.responses ?? {}).map(Number);
      expect(
        statuses.filter((status) => status < 300),
        title,
      ).toEqual([row.success, ...row.otherSuccesses].sort());
    }
  });

  it("tells every name in a path of a parameter", () => {
    for (const { path, title, parameters } of operations) {
      const told = parameters.flatMap((one) =>
        "in" in one && one.in === "path" ? [one.name] : [],
      );
      expect(told, title).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    }
  });

  it("repeats no schema: whatever has more than three fields has a name", () => {
    for (const operation of operations) {
      const schemas = [operation.requestBody, ...responsesOf(operation).map(([, one]) => one)];
      for (const schema of schemas.map(schemaIn)) {
        const size = "$ref" in schema ? 0 : Object.keys(schema.properties ?? {}).length;
        expect(size, operation.title).toBeLessThanOrEqual(3);
      }
    }
  });

  it("closes what may be sent, and leaves open what is answered", () => {
    const sent = new Set(operations.map(({ requestBody }) => String(schemaIn(requestBody).$ref)));
    for (const [name, schema] of Object.entries(components.schemas)) {
      const isSent = sent.has(`#/components/schemas/${name}`);
      expect(JSON.stringify(schema).includes('"additionalProperties":false'), name).toBe(isSent);
    }
  });

  it("gives for every refusal an example that is as promised, to the last field", () => {
    for (const operation of operations) {
      for (const [status, { content }] of responsesOf(operation)) {
        const { schema, examples = {} } = content["application/json"];
        const codes = Object.keys(examples);
        if (schema.$ref === "#/components/schemas/Error") {
          const narrowed = JSON.stringify(schema.properties);
          expect(narrowed).toBe(
            JSON.stringify({ error: { properties: { code: { enum: codes } } } }),
          );
        }
        for (const { value } of Object.values(examples)) {
          expect(complaints(operation.title, status, value)).toEqual([]);
        }
      }
    }
  });
});

describe("GET /openapi.json", () => {
  it("answers the document to anybody, with the address of this hub, also while it does not run", async () => {
    const here = await scene();
    const anybody = client(here.url, "");
    const { body, headers } = await anybody("GET", "/openapi.json");
    const url = `${new URL(here.publicUrl).origin}/api/v1`;
    expect(body).toEqual(JSON.parse(JSON.stringify({ ...apiDocument, servers: [{ url }] })));
    const again = await anybody("GET", "/openapi.json");
    expect(again.headers.get("x-request-id")).not.toBe(headers.get("x-request-id"));
    here.switchStore(false);
    expect((await anybody("GET", "/openapi.json")).status).toBe(200);
    await here.hub.stop();
    expect((await anybody("GET", "/openapi.json")).body).toEqual(body);
  });
});

describe("what holds answers against it", () => {
  const title = "GET /tenants/{externalTenantId}";
  const tenant = {
    tenantId: "acme",
    name: null,
    connections: [],
    createdAt: "2026-01-01T00:00:00Z",
  };
  const error = { type: "not_found", code: "not_found", message: "There is nothing here." };
  const requestId = "3f0c9a52-7d0e-4b8e-9a55-2f6a1f1c7e0d";

  it("takes what is promised", () => {
    expect(complaints(title, 200, tenant)).toEqual([]);
    expect(complaints(title, 404, { error, requestId })).toEqual([]);
  });

  it.each([
    ["a field that is missing", 200, { ...tenant, name: undefined }],
    ["a field too many", 200, { ...tenant, organizationId: "org_x" }],
    ["an instant that is none", 200, { ...tenant, createdAt: "2026-02-31" }],
    ["a field of another kind", 200, { ...tenant, connections: {} }],
    ["a field too many deep inside", 200, { ...tenant, connections: [{ secret: "x" }] }],
    [
      "another code than those of the operation",
      404,
      { error: { ...error, code: "gone" }, requestId },
    ],
    ["a context nobody told of", 404, { error: { ...error, stack: "at x" }, requestId }],
    ["a refusal without a request id", 404, { error }],
  ])("complains of %s", (_, status, body) => {
    expect(complaints(title, status, JSON.parse(JSON.stringify(body)))).not.toEqual([]);
  });
});
