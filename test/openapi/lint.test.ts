import { createConfig, lintFromString } from "@redocly/openapi-core";
import { describe, expect, it } from "vitest";
import { apiDocument } from "../api/api-document.ts";

/** Every recommended rule, as an error, but for these. */
const RULES = {
  // It takes the narrowing of `code` beside `$ref: Error` for a closed schema of its own. That examples
  // have no field too many is held by `document.test.ts`.
  "no-invalid-media-type-examples": { severity: "error", allowAdditionalProperties: true },
  // What asks for no key and takes nothing has nothing to refuse.
  "operation-4xx-response": "off",
} as const;

async function lint(document: object): Promise<readonly string[]> {
  const config = await createConfig({ extends: ["recommended-strict"], rules: RULES });
  const source = JSON.stringify(document);
  const problems = await lintFromString({ source, absoluteRef: "openapi.json", config });
  return problems.map(({ ruleId, message, location }) => {
    return `${ruleId}: ${message} at ${location[0]?.pointer}`;
  });
}

describe("an independent linter", () => {
  it("finds nothing wrong with the document", async () => {
    expect(await lint(apiDocument)).toEqual([]);
  });

  it("does look", async () => {
    const { Connection: _, ...schemas } = apiDocument.components.schemas;
    const components = { ...apiDocument.components, schemas };
    const [first = ""] = await lint({ ...apiDocument, components });
    expect(first).toContain("no-unresolved-refs");
    expect((await lint({ ...apiDocument, openapi: "3.1.0", paths: 7 })).length).toBeGreaterThan(0);
  });
});
