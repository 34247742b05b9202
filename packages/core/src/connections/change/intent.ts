import type { Author } from "../../access/audit/audit-log.ts";
import type { SeenRouting } from "../../meta/routing.ts";
import type { ConnectedNumber, Delivery, OverrideScope, SigningSecrets, Webhook } from "../waba.ts";

/**
 * A change that was begun: recorded before Meta is told, and gone with the commit that completes it.
 * Whoever holds the account's lease next finishes it first, always forward.
 */
export interface Intent {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly author: Author;
  readonly change: WabaChange;
  /** How Meta stood before, which is put back if Meta refuses. */
  readonly seen: SeenRouting;
}

/** What can be done to an account that Meta has a part in. Secrets are sealed where they will lie. */
export type WabaChange =
  | ConnectChange
  | WebhookChange
  | SuspendChange
  | DisconnectChange
  | TokenChange
  | SigningChange
  | { readonly kind: "settle" };

/** A number joins, or is verified anew. */
export interface ConnectChange {
  readonly kind: "connect";
  readonly accessToken: string;
  readonly tokenExpiresAt: number | null;
  readonly number: ConnectedNumber;
  /** `null` leaves those of the account as they are. */
  readonly settings: WebhookSettings | null;
}

/** Messages go elsewhere: those of one number where the scope is `number`, else of all. */
export interface WebhookChange {
  readonly kind: "webhook";
  /** The connection it was asked for; `null` for the whole account. */
  readonly connectionId: string | null;
  readonly settings: WebhookSettings;
  /** What else is said of that connection. */
  readonly describing: Partial<Pick<ConnectedNumber, "name" | "metadata">>;
}

/** The host stops, or takes up, serving a number. */
export interface SuspendChange {
  readonly kind: "suspend" | "resume";
  readonly connectionId: string;
}

/** The number leaves and is forgotten. */
export interface DisconnectChange {
  readonly kind: "disconnect";
  readonly connectionId: string;
}

/** The account gets another access token. */
export interface TokenChange {
  readonly kind: "token";
  readonly accessToken: string;
  readonly tokenExpiresAt: number | null;
}

/** What is relayed is signed anew. */
export interface SigningChange {
  readonly kind: "signing";
  readonly signingSecrets: SigningSecrets;
}

/** Where messages go, and how. */
export interface WebhookSettings {
  readonly delivery: Delivery;
  readonly overrideScope: OverrideScope;
  readonly webhook: Webhook | null;
  readonly signingSecrets: SigningSecrets | null;
  readonly forwardManagementEvents: boolean;
  readonly ordered?: boolean;
}
