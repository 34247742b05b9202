import type { Clock } from "@wabakit/core";
import type { HealthComplaint } from "./health-status.ts";

/** An app registered with Meta. */
export interface MetaApp {
  readonly appId: string;
  /** Signs what Meta sends to this app, and the overrides that belong to it. */
  readonly appSecret: string;
  /** What Meta presents in the handshake with the app's own callback. */
  readonly verifyToken: string;
  readonly name: string;
  /** The partner's business portfolio, which owns the app; news about the partner carries its id. */
  readonly businessId: string;
  /** "Valid OAuth Redirect URIs", matched exactly as in strict mode; left out, every URL is valid. */
  readonly redirectUris?: readonly string[];
}

/** Where an app wants its webhooks, and which (`POST /{app-id}/subscriptions`). */
export interface AppCallback {
  readonly callbackUrl: string;
  readonly fields: readonly string[];
  /** The Graph version of the payloads, e.g. `v25.0`. */
  readonly version: string;
}

/** What one app has with one WABA. */
export interface AppSubscription {
  /** Where the overridable fields go instead of the app's callback. */
  readonly overrideCallbackUri?: string;
}

/** A WhatsApp Business Account. */
export interface Waba {
  readonly wabaId: string;
  /** What `?fields=` may select, under Meta's names. */
  fields: Readonly<Record<string, unknown>>;
  /** Subscribed apps, by app id. */
  readonly apps: Map<string, AppSubscription>;
}

/** A business phone number. */
export interface PhoneNumber {
  readonly phoneNumberId: string;
  readonly wabaId: string;
  /** What `?fields=` may select, under Meta's names. */
  fields: Readonly<Record<string, unknown>>;
  /** Callback overrides, by app id. */
  readonly overrides: Map<string, string>;
  /** Of its two-step verification; `undefined` while that is off. */
  pin: string | undefined;
  /** When it was registered or deregistered, or was to be; milliseconds since the epoch. */
  registrations: readonly number[];
  /** Until then nobody may try either again. */
  lockedUntil: number;
  /** What was asked for of the WhatsApp Business app, and for which onboarding. */
  readonly syncs: Set<string>;
}

/** Whom a token speaks for. */
export interface Grant {
  readonly appId: string;
  /** Most recently onboarded first; left out, the token reaches every WABA. */
  readonly wabaIds?: readonly string[];
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch; left out, it never expires. */
  readonly expiresAt?: number;
  /** `false` hides in `debug_token` which accounts it reaches, as Meta does at times. */
  readonly listTargets?: boolean;
  /** The partner's portfolio, for a token of its system user; left out for business tokens. */
  readonly systemUserOf?: string;
}

/** A business token, or one of the partner's system user. */
export interface Token extends Grant {
  readonly token: string;
  readonly userId: string;
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
  revoked?: RevocationReason;
}

/** Why a token died; each has its own subcode under code 190. */
export type RevocationReason =
  | "app_removed"
  | "checkpoint"
  | "password_changed"
  | "unconfirmed_user"
  | "invalidated"
  | "invalid_session";

/** What the signup popup hands to the browser. */
export interface Code extends Grant {
  /** Milliseconds since the epoch. */
  readonly codeExpiresAt: number;
  /** What the exchange has to repeat; left out, anything goes. */
  readonly redirectUri?: string;
  used: boolean;
}

/** Everything this Meta knows. */
export interface State {
  readonly clock: Clock;
  /** In the order they were added: the first is the default one. */
  readonly apps: Map<string, MetaApp>;
  readonly callbacks: Map<string, AppCallback>;
  readonly wabas: Map<string, Waba>;
  /** In the order of onboarding, the newest last. */
  readonly numbers: Map<string, PhoneNumber>;
  /** By app: the WABAs that came through its signup, the most recent last. */
  readonly onboardings: Map<string, Set<string>>;
  /** The WABAs the signup dialog offers; empty, it offers them all. */
  readonly offered: Set<string>;
  /** What Meta has to complain about, by type and id. */
  readonly complaints: Map<string, HealthComplaint>;
  readonly tokens: Map<string, Token>;
  readonly codes: Map<string, Code>;
  /** 1, 2, 3 … separately for each `kind`, so that generated ids repeat from run to run. */
  readonly count: (kind: string) => number;
}

/** A Meta that knows nobody yet. */
export function emptyState(clock: Clock): State {
  const counts = new Map<string, number>();
  return {
    clock,
    apps: new Map(),
    callbacks: new Map(),
    wabas: new Map(),
    numbers: new Map(),
    onboardings: new Map(),
    offered: new Set(),
    complaints: new Map(),
    tokens: new Map(),
    codes: new Map(),
    count(kind) {
      const next = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, next);
      return next;
    },
  };
}

/** The entry under `key`. @throws {Error} When a test names something it never set up. */
export function known<Value>(entries: ReadonlyMap<string, Value>, key: string): Value {
  const value = entries.get(key);
  if (value === undefined) throw new Error(`This fake Meta knows nothing under ${key}.`);
  return value;
}

/** The app under `appId`, by default the first one. @throws {Error} When there is none. */
export function appOf(state: State, appId?: string): MetaApp {
  return known(state.apps, appId ?? state.apps.keys().next().value ?? "(no app)");
}
