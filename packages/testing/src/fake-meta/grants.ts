import { appOf, type Grant, known, type RevocationReason, type State } from "./state.ts";

/** What a token may do; by default everything that WhatsApp needs, for the first app. */
export interface TokenInput {
  readonly appId?: string;
  /** Most recently onboarded first; left out, the token reaches every WABA. */
  readonly wabaIds?: readonly string[];
  readonly scopes?: readonly string[];
  /** Milliseconds since the epoch; left out, it never expires. */
  readonly expiresAt?: number;
  /** `false` makes `debug_token` list scopes without target ids, limited or not; Meta does it at times. */
  readonly listTargets?: boolean;
}

/** What the partner's own system user may do. */
export type SystemTokenInput = Omit<TokenInput, "wabaIds" | "listTargets">;

/** A code of the signup popup, and the token it buys. */
export interface CodeInput extends TokenInput {
  /** The exchange has to send exactly this; left out, anything goes. */
  readonly redirectUri?: string;
}

/** Arranges who may call. */
export interface Grants {
  readonly issueToken: (input?: TokenInput) => string;
  /**
   * A token of the partner's system user, as made in the app's business portfolio. It reaches every
   * WABA; left out, its scopes include `business_management`.
   */
  readonly issueSystemToken: (input?: SystemTokenInput) => string;
  /** From now on the token answers 190 with the subcode of `reason`, by default `app_removed`. */
  readonly revokeToken: (token: string, reason?: RevocationReason) => void;
  /** As the signup popup does: the code is single use and lives 30 s. */
  readonly issueCode: (input?: CodeInput) => string;
}

const DEFAULT_SCOPES = ["whatsapp_business_management", "whatsapp_business_messaging"];
const SYSTEM_SCOPES = ["business_management", ...DEFAULT_SCOPES];
const CODE_TTL_MS = 30_000;

/** The grants of one Meta. */
export function grants(state: State): Grants {
  return {
    issueToken: (input = {}) => issueToken(state, input),
    issueSystemToken({ scopes = SYSTEM_SCOPES, ...input } = {}) {
      const systemUserOf = appOf(state, input.appId).businessId;
      return mintToken(state, { ...grantOf(state, { ...input, scopes }), systemUserOf });
    },
    revokeToken(token, reason = "app_removed") {
      known(state.tokens, token).revoked = reason;
    },
    issueCode: (input = {}) => issueCode(state, input),
  };
}

/** Makes a business token. */
export function issueToken(state: State, input: TokenInput): string {
  return mintToken(state, grantOf(state, input));
}

/** Makes a code that `oauth/access_token` accepts. */
export function issueCode(state: State, { redirectUri, ...input }: CodeInput): string {
  const code = `AQfakeCode${state.count("code")}`;
  const codeExpiresAt = state.clock.now() + CODE_TTL_MS;
  const redirect = redirectUri === undefined ? {} : { redirectUri };
  state.codes.set(code, { ...grantOf(state, input), ...redirect, codeExpiresAt, used: false });
  return code;
}

/** Turns a grant into a token that `authenticate` accepts. */
export function mintToken(state: State, grant: Grant): string {
  const ordinal = state.count("token");
  const token = `EAAfakeToken${String(ordinal).padStart(6, "0")}`;
  const userId = String(10_222_270_944_530_000 + ordinal);
  state.tokens.set(token, { ...grant, token, userId, issuedAt: state.clock.now() });
  return token;
}

function grantOf(state: State, input: TokenInput): Grant {
  const { appId, scopes = DEFAULT_SCOPES, ...rest } = input;
  return { appId: appOf(state, appId).appId, scopes, ...rest };
}
