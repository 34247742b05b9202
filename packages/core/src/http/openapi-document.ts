/** A JSON Schema of draft 2020-12, as OpenAPI 3.1 takes it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Another place of the document. */
export interface Reference {
  readonly $ref: string;
}

/** A part of a request beside its body. */
export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

/** What an answer brings along. */
export interface Header {
  readonly description: string;
  readonly schema: JsonSchema;
}

/** JSON, and what it may look like. */
export interface Content {
  readonly "application/json": {
    readonly schema: JsonSchema;
    readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
  };
}

/** An answer. */
export interface ResponseObject {
  readonly description: string;
  readonly headers: Readonly<Record<string, Reference>>;
  readonly content: Content;
}

/** Answers by status. */
export type Responses = Readonly<Record<string, ResponseObject | Reference>>;

/** The names of security schemes, each with the scope a key needs; empty where none is asked for. */
export type Security = readonly Readonly<Record<string, readonly string[]>>[];

/** A method of a path. */
export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: Security;
  readonly parameters: readonly (Parameter | Reference)[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Responses;
}

/** The operations of each path, by lower-case method. */
export type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

/** As much of an OpenAPI 3.1 document as we write. */
export interface OpenApiDocument {
  readonly openapi: "3.1.0";
  readonly info: Readonly<Record<string, unknown>>;
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Paths;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly responses: Readonly<Record<string, ResponseObject>>;
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly headers: Readonly<Record<string, Header>>;
    readonly securitySchemes: Readonly<Record<string, JsonSchema>>;
  };
}
