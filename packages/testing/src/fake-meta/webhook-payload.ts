/** The body of a notification. */
export interface WebhookPayload {
  readonly object: string;
  readonly entry: readonly WebhookEntry[];
}

/** What one account has to say. */
export interface WebhookEntry {
  /** The WABA id; for what concerns the partner, the partner's business portfolio id. */
  readonly id: string;
  /** Unix seconds; on management fields only. */
  readonly time?: number;
  readonly changes: readonly WebhookChange[];
}

/** One field's news. */
export interface WebhookChange {
  readonly field: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The one object WhatsApp's webhooks are about. */
export const WHATSAPP_OBJECT = "whatsapp_business_account";

/** A notification of one change. */
export function onePayload(entry: Omit<WebhookEntry, "changes">, change: WebhookChange) {
  const payload: WebhookPayload = {
    object: WHATSAPP_OBJECT,
    entry: [{ ...entry, changes: [change] }],
  };
  return payload;
}

/**
 * Several notifications as one, in their order. Neighbours about the same account and time become one
 * entry with several changes, as Meta does it.
 */
export function batch(payloads: readonly WebhookPayload[]): WebhookPayload {
  const entries: WebhookEntry[] = [];
  for (const next of payloads.flatMap(({ entry }) => entry)) {
    const last = entries.at(-1);
    const joins = last?.id === next.id && last.time === next.time;
    if (!joins) entries.push(next);
    else entries.splice(-1, 1, { ...last, changes: [...last.changes, ...next.changes] });
  }
  return { object: WHATSAPP_OBJECT, entry: entries };
}
