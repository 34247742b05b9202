import type { RevocationReason } from "./state.ts";

/** The `error` object of a Graph answer, in our spelling. */
export interface GraphErrorFields {
  readonly code: number;
  readonly subcode?: number;
  readonly message?: string;
  /** `OAuthException` when left out. */
  readonly type?: string;
  readonly isTransient?: boolean;
  /** Becomes `error_data.details`. */
  readonly details?: string;
}

/** A refused call, thrown inside and presented once, by the server. */
export class GraphError extends Error {
  override readonly name = "GraphError";
  readonly fields: GraphErrorFields;
  readonly status: number;

  constructor(fields: GraphErrorFields, status: number = statusOf(fields.code)) {
    super(fields.message ?? `(#${fields.code})`);
    this.fields = fields;
    this.status = status;
  }
}

/** HTTP statuses of Meta's error table (support/error-codes, 2025-12-12); every other code is a 400. */
const STATUS: Readonly<Record<number, number>> = {
  0: 401,
  2: 503,
  3: 500,
  10: 403,
  102: 401,
  190: 401,
  368: 403,
  803: 404,
  130497: 403,
  131000: 500,
  131005: 403,
  131016: 500,
  131031: 403,
  131045: 500,
  131057: 500,
  132001: 404,
  133000: 500,
  133004: 503,
  134102: 500,
};

/** The HTTP status that Meta documents for an error code. */
export function statusOf(code: number): number {
  if (code >= 200 && code <= 299) return 403;
  return STATUS[code] ?? 400;
}

const GRAPH_METHOD = { type: "GraphMethodException" } as const;

/** Every way this Meta refuses a call by itself. Wordings are plausible, codes are what to rely on. */
export const refusals = {
  tokenMissing: () => invalidToken("An access token is required to request this resource."),
  tokenUnknown: () => invalidToken("Invalid OAuth access token - Cannot parse access token"),
  tokenExpired: () => invalidToken("Error validating access token: Session has expired.", 463),
  tokenRevoked: (reason: RevocationReason) => {
    const [subcode, because] = REVOCATIONS[reason];
    return invalidToken(`Error validating access token: ${because}`, subcode);
  },
  proofInvalid: () =>
    new GraphError({
      code: 100,
      message: "Invalid appsecret_proof provided in the API argument",
      ...GRAPH_METHOD,
    }),
  proofMissing: () =>
    new GraphError({
      code: 100,
      message: "API calls from the server require an appsecret_proof argument",
      ...GRAPH_METHOD,
    }),
  scopeMissing: (scope: string) =>
    new GraphError({ code: 10, message: `(#10) This call needs the permission ${scope}` }),
  noAccess: (id: string) =>
    new GraphError({ code: 200, message: `(#200) You do not have permission to access ${id}` }),
  appTokenNeeded: () =>
    new GraphError({ code: 15, message: "(#15) Call this method with an app access_token" }),
  userTokenNeeded: () =>
    new GraphError({
      code: 2500,
      message: "An active access token must be used to query information about the current user.",
    }),
  systemTokenNeeded: () =>
    new GraphError({
      code: 200,
      message: "(#200) Only a system user of the partner's own business may fetch this token",
    }),
  nothingShared: (businessId: string) =>
    new GraphError({
      code: 200,
      message: `(#200) Business ${businessId} has shared no WhatsApp Business Account with this app`,
    }),
  foreignToken: () =>
    new GraphError({ code: 100, message: "(#100) The input token belongs to another app" }),
  objectMissing: (method: string, id: string) =>
    new GraphError({
      code: 100,
      subcode: 33,
      message: `Unsupported ${method.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation.`,
      ...GRAPH_METHOD,
    }),
  pathUnknown: (path: string) =>
    new GraphError({ code: 2500, message: `Unknown path components: ${path}` }),
  fieldUnknown: (field: string, type: string) =>
    new GraphError({
      code: 100,
      message: `(#100) Tried accessing nonexisting field (${field}) on node type (${type})`,
    }),
  parameterInvalid: (because: string) =>
    new GraphError({ code: 100, message: `(#100) ${because}` }),
  callbackUriInvalid: () =>
    new GraphError({ code: 100, message: "Invalid callback URI format", ...GRAPH_METHOD }),
  callbackUnverified: (because: string) =>
    new GraphError({
      code: 2200,
      message: `(#2200) Callback verification failed with the following errors: ${because}`,
    }),
  pinWrong: () => whatsapp(133005, "Two step verification PIN mismatch"),
  numberUnverified: () => whatsapp(133006, "Phone number needs to be verified before registering"),
  numberUnregistered: () => whatsapp(133010, "Account not registered"),
  registrationsExceeded: () => whatsapp(133016, "Account register/deregister rate limit exceeded"),
  onBusinessApp: (what: string) =>
    whatsapp(100, `${what} is not possible for a number of the WhatsApp Business app`),
  syncRequested: () => whatsapp(2593107, "Synchronization request limit exceeded"),
  syncTooLate: () =>
    whatsapp(2593108, "Synchronization request made outside of allowed time window"),
  clientUnknown: () =>
    new GraphError({ code: 101, message: "Error validating application. Invalid application ID." }),
  clientSecretWrong: () => new GraphError({ code: 1, message: "Error validating client secret." }),
  codeUnknown: () => new GraphError({ code: 100, message: "Invalid verification code format." }),
  codeExpired: () =>
    new GraphError({ code: 100, subcode: 36007, message: "This authorization code has expired." }),
  codeUsed: () =>
    new GraphError({
      code: 100,
      subcode: 36009,
      message: "This authorization code has been used.",
    }),
  redirectUriWrong: () =>
    new GraphError({
      code: 100,
      subcode: 36008,
      message: "Error validating verification code. The redirect_uri is not identical.",
    }),
} as const;

const REVOCATIONS: Readonly<Record<RevocationReason, readonly [subcode: number, because: string]>> =
  {
    app_removed: [458, "The user has not authorized the application."],
    checkpoint: [459, "The user has to log in to pass a checkpoint."],
    password_changed: [460, "The password has been changed."],
    unconfirmed_user: [464, "The user is not confirmed."],
    invalidated: [467, "The session has been invalidated."],
    invalid_session: [492, "The session is not valid."],
  };

function whatsapp(code: number, message: string): GraphError {
  return new GraphError({ code, message: `(#${code}) ${message}`, details: message });
}

function invalidToken(message: string, subcode?: number): GraphError {
  return new GraphError({ code: 190, message, ...(subcode !== undefined && { subcode }) });
}

/** The JSON that Meta puts on the wire for an error. */
export function errorBody(fields: GraphErrorFields, traceId: string): unknown {
  const { code, subcode, message, type = "OAuthException", isTransient, details } = fields;
  return {
    error: {
      message: message ?? `(#${code}) The call was refused`,
      type,
      code,
      ...(subcode !== undefined && { error_subcode: subcode }),
      ...(isTransient && { is_transient: true }),
      ...(details && { error_data: { messaging_product: "whatsapp", details } }),
      fbtrace_id: traceId,
    },
  };
}
