import type { Author } from "../../access/audit/audit-log.ts";
import type { Delivery, OverrideScope } from "../../connections/waba.ts";
import type { Place as SealedPlace } from "../../crypto/place.ts";
import type { ErrorCategory } from "../../error-categories.ts";
import { type Index, openIndex, type Place } from "../../store/index-pages.ts";
import { key } from "../../store/key.ts";
import type { Store, Stored } from "../../store/store.ts";

/** Where a session stands. */
export const SESSION_STATUSES = [
  "created",
  "started",
  "exchanging",
  "choose_number",
  "subscribing",
  "completed",
  "failed",
  "cancelled",
  "expired",
] as const;
export type SessionStatus = (typeof SESSION_STATUSES)[number];

/** The steps of a sign-up, in their order. Each is recorded before the next begins. */
export const SIGNUP_STEPS = [
  "exchange",
  "inspect",
  "discover",
  "conflict",
  "subscribe",
  "register",
  "sync",
  "mode",
  "health",
  "complete",
] as const;
export type SignupStep = (typeof SIGNUP_STEPS)[number];

/** A number that a sign-up could be about. */
export interface Candidate {
  readonly wabaId: string;
  readonly phoneNumberId: string;
  readonly displayPhoneNumber: string | null;
  readonly verifiedName: string | null;
}

/** What the browser says that was signed up. Nobody has to believe it. */
export interface SignupClaim {
  readonly wabaId: string | null;
  readonly phoneNumberId: string | null;
  readonly coexistence: boolean;
}

/** A sign-up under way, from the code on. */
export interface Signup {
  readonly author: Author;
  readonly claim: SignupClaim;
  /** Sealed; `null` until the code was exchanged. */
  readonly accessToken: string | null;
  /** Milliseconds since the epoch; `null` for a token that does not expire. */
  readonly tokenExpiresAt: number | null;
  /** The accounts the token names; `null` where it names none. */
  readonly granted: readonly string[] | null;
  readonly candidates: readonly Candidate[];
  /** The one that was found, or chosen. */
  readonly chosen: Pick<Candidate, "wabaId" | "phoneNumberId"> | null;
  /** Sealed: what the number is registered with, or is about to be. */
  readonly pin: string | null;
}

/** Something Meta's dialog has told the browser, for the operator. */
export interface MetaSignal {
  readonly event: string;
  readonly currentStep: string | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly metaSessionId: string | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** How a step has ended. */
export interface TakenStep {
  readonly step: SignupStep;
  readonly outcome: "done" | "failed" | "waiting";
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Where somebody is sent afterwards; `null` where the page shows the outcome. */
export interface Redirects {
  readonly success: string | null;
  readonly failure: string | null;
  readonly cancel: string | null;
}

/** One tenant's way from a link to a working number. Instants are milliseconds since the epoch. */
export interface Session {
  readonly sessionId: string;
  readonly organizationId: string;
  readonly appId: string;
  readonly tenantId: string;
  readonly tenantName: string;
  readonly redirects: Redirects;
  /** Where the number's messages are to go; `null` leaves the account as it is. Its token is sealed. */
  readonly webhook: { readonly url: string; readonly verifyToken: string } | null;
  readonly delivery: Delivery | null;
  readonly overrideScope: OverrideScope | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly coexistence: "offer" | "require" | "off";
  readonly language: string | null;
  readonly prefill: Readonly<Record<string, unknown>> | null;
  /** Keyed hash of the newest link, which alone leads here. */
  readonly link: string;
  /** Keyed hash of what the browser holds that has used the link. */
  readonly browser: string | null;
  /** What Meta's dialog is to bring back, once, where there is no popup: its keyed hash. */
  readonly state: { readonly hash: string; readonly coexistence: boolean } | null;
  readonly status: SessionStatus;
  readonly step: SignupStep | null;
  readonly taken: readonly TakenStep[];
  readonly signup: Signup | null;
  readonly signal: MetaSignal | null;
  readonly connectionId: string | null;
  readonly errorCategory: ErrorCategory | null;
  /** A sentence for the operator. */
  readonly errorMessage: string | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly expiresAt: number;
  /** When nothing more could come of it. */
  readonly endedAt: number | null;
  /** In the indexes of its organization and of its tenant. */
  readonly place: Place;
  readonly tenantPlace: Place;
}

export function sessionKey(sessionId: string): string {
  return key("session", sessionId);
}

/** Where a link finds its session, by the keyed hash of its token. */
export function linkKey(hash: string): string {
  return key("onboarding-link", hash);
}

export function sessionIndex(store: Store, organizationId: string): Index {
  return openIndex(store, "sessions", organizationId);
}

export function tenantSessionIndex(store: Store, organizationId: string, tenantId: string): Index {
  return openIndex(store, "tenant-sessions", organizationId, tenantId);
}

/** @throws {Failure} `store_unavailable` */
export function readSession(store: Store, sessionId: string): Promise<Stored<Session> | undefined> {
  return store.get<Session>(sessionKey(sessionId));
}

type Secret = "verify_token" | "access_token" | "pin";

/** Where a secret of a session is sealed for. */
export function sessionPlace(
  { organizationId, sessionId }: Pick<Session, "organizationId" | "sessionId">,
  field: Secret,
): SealedPlace {
  return { organizationId, record: sessionKey(sessionId), field };
}

/** Somebody's request, or a job, is at work on it. */
export function isRunning({ status }: Pick<Session, "status">): boolean {
  return status === "exchanging" || status === "subscribing";
}

/** Nothing more comes of it, unless its link is renewed. */
export function isOver({ endedAt }: Pick<Session, "endedAt">): boolean {
  return endedAt !== null;
}

/** A session tells this many of its newest steps. */
const MAX_TAKEN = 100;

/** The steps of a session with one more. */
export function stepsWith({ taken }: Pick<Session, "taken">, step: TakenStep): Session["taken"] {
  return [...taken, step].slice(-MAX_TAKEN);
}

/** A sign-up of which nothing is known but what the browser says. */
export function newSignup(author: Author, claim: SignupClaim): Signup {
  return {
    author,
    claim,
    accessToken: null,
    tokenExpiresAt: null,
    granted: null,
    candidates: [],
    chosen: null,
    pin: null,
  };
}
