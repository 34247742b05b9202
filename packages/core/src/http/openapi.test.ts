import { expect, it } from "vitest";
import { z } from "zod";
import { describeApi } from "./openapi.ts";
import { PageQuery, pageOf } from "./page.ts";
import { route } from "./route.ts";

const Pet = z.strictObject({ id: z.string(), name: z.string() });
const NewPet = z.strictObject({ name: z.string().min(1) });
const common = { summary: "Pets.", scope: "connections:read" } as const;
const run = async () => ({ value: { id: "1", name: "Tom", data: [], nextCursor: null } });

const api = describeApi({
  url: "https://pets.example.org/v1",
  names: { requests: { NewPet }, answers: { Pet } },
  openRows: [
    { path: "/live", summary: "Live.", answers: { 200: { description: "Yes.", schema: Pet } } },
  ],
  routes: [
    route({
      ...common,
      method: "POST",
      path: "/pets",
      success: 201,
      otherSuccesses: [200],
      body: NewPet,
      response: Pet,
      run,
    }),
    route({
      ...common,
      method: "GET",
      path: "/pets",
      success: 200,
      query: PageQuery,
      response: pageOf(Pet),
      run,
    }),
    route({
      ...common,
      method: "DELETE",
      path: "/pets/:petId/toys/:toy",
      success: 200,
      response: Pet,
      run,
    }),
  ],
});

const pet = { "application/json": { schema: { $ref: "#/components/schemas/Pet" } } };
const key = { $ref: "#/components/parameters/IdempotencyKey" };

it("makes an operation of each row", () => {
  const { get, post } = api.paths["/pets"] ?? {};
  expect(post).toMatchObject({
    operationId: "createPet",
    tags: ["Pets"],
    security: [{ bearer: ["connections:read"] }, { apiKey: ["connections:read"] }],
    parameters: [key],
    requestBody: {
      required: true,
      content: { "application/json": { schema: { $ref: "#/components/schemas/NewPet" } } },
    },
    responses: { 200: { content: pet }, 201: { content: pet } },
  });
  expect(get?.operationId).toBe("listPets");
  expect(get?.requestBody).toBeUndefined();
  expect(get?.parameters).toEqual([
    {
      name: "limit",
      in: "query",
      description: expect.any(String),
      schema: { type: "integer", minimum: 1, maximum: 200, default: 50 },
    },
    {
      name: "cursor",
      in: "query",
      description: expect.any(String),
      schema: { type: "string", maxLength: 128 },
    },
  ]);
});

it("takes parameters of a path for text, and asks for no body where there is none", () => {
  const operation = api.paths["/pets/{petId}/toys/{toy}"]?.delete;
  expect(operation?.requestBody).toBeUndefined();
  expect(operation?.parameters).toEqual([
    { name: "petId", in: "path", required: true, schema: { type: "string" } },
    { name: "toy", in: "path", required: true, schema: { type: "string" } },
    key,
  ]);
});

it("tells where it is, and what is open to all", () => {
  expect(api.servers).toEqual([{ url: "https://pets.example.org/v1" }]);
  expect(api.paths["/live"]?.get).toMatchObject({
    security: [],
    responses: { 200: { content: pet } },
  });
  expect(api.tags.map(({ name }) => name)).toEqual(["Pets", "Live"]);
});
