import type { ConnectedNumber, Delivery, OverrideScope, SigningSecrets, Webhook } from "./waba.ts";

/**
 * A change that was begun: recorded before Meta is asked, and gone with the commit that completes it.
 * Whoever holds the account's lease next finishes it first, always forward.
 */
export interface Intent {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly change: WabaChange;
}

/** What can be done to an account that Meta has a part in. Secrets are sealed where they will lie. */
export type WabaChange = ConnectChange | WebhookChange | SuspendChange | DisconnectChange;

/** A number joins, or is verified anew. */
export interface ConnectChange {
  readonly kind: "connect";
  readonly accessToken: string;
  readonly tokenExpiresAt: number | null;
  readonly number: ConnectedNumber;
  /** Left out, the account's stay as they are. */
  readonly settings: WebhookSettings | null;
}

/** Messages go elsewhere: of one number where the scope is `number`, else of all. */
export interface WebhookChange {
  readonly kind: "webhook";
  /** The connections named by the caller; `null` for the whole account. */
  readonly connectionId: string | null;
  readonly settings: WebhookSettings;
}

export interface SuspendChange {
  readonly kind: "suspend" | "resume";
  readonly connectionId: string;
}

/** The number leaves; it is removed, not kept as `disconnected`. */
export interface DisconnectChange {
  readonly kind: "disconnect";
  readonly connectionId: string;
}

/** Where messages go, and how. */
export interface WebhookSettings {
  readonly delivery: Delivery;
  readonly overrideScope: OverrideScope;
  readonly webhook: Webhook | null;
  readonly signingSecrets: SigningSecrets | null;
  readonly forwardManagementEvents: boolean;
}
