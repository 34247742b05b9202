import { expect, it } from "vitest";
import { apiDocument, type DocumentedOperation, operations } from "../api/api-document.ts";
import { scene } from "../api/scene.ts";
import { watchedStore } from "./watched-store.ts";

/** What records hold and no answer shows. */
const HIDDEN = ["hash", "secrets", "place", "version", "deletedAt", "organizationId", "scope"];

/** Every field that any answer shows. */
const shown = Object.values(apiDocument.components.schemas).flatMap(({ properties }) =>
  Object.keys(properties ?? {}),
);

/** Every field of answers and records that a request does not have. */
function protectedFrom(operation: DocumentedOperation): readonly string[] {
  const { $ref } = operation.requestBody?.content["application/json"].schema ?? {};
  const own = apiDocument.components.schemas[String($ref).split("/").at(-1) ?? ""];
  const taken = Object.keys(own?.properties ?? {});
  return [...new Set([...HIDDEN, ...shown])].filter((name) => !taken.includes(name)).sort();
}

it("every write refuses by name every field that is not the caller's to set, and does nothing", async () => {
  const { store, records } = watchedStore();
  const here = await scene("express", { store, roles: ["api"] });
  const writes = here.requests.filter(({ method }) => method !== "GET");
  const before = await records();
  const asked = here.meta.requests.length;
  for (const { title, method, path, body } of writes) {
    const operation = operations.find((candidate) => candidate.title === title);
    const fields = operation ? protectedFrom(operation) : [];
    expect(fields).toEqual(expect.arrayContaining(["id", "organizationId", "createdAt"]));
    const extra = Object.fromEntries(fields.map((name) => [name, "x"]));
    const answer = await here.api(method, path, { body: { ...body, ...extra } });
    expect(answer, title).toMatchObject({
      status: 400,
      body: { error: { code: "invalid_request" } },
    });
    const told = answer.body.error as unknown as { readonly fields: { readonly path: string }[] };
    expect(told.fields.map((field) => field.path).sort(), title).toEqual(fields);
  }
  expect(await records()).toEqual(before);
  expect(here.meta.requests.slice(asked)).toEqual([]);
});
