import { z } from "zod";
import type { AnyEvent, EventType } from "../../events.ts";
import { type Index, openIndex, type Place } from "../../store/index-pages.ts";
import { key } from "../../store/key.ts";
import type { Store } from "../../store/store.ts";

/** An event that listeners have failed at for the last time. Its id is the event's. */
export interface DeadLetter {
  readonly id: string;
  readonly organizationId: string;
  readonly type: EventType;
  /** Whom the event is about, where it is about one tenant. */
  readonly tenantId: string | null;
  readonly attempts: number;
  /** The last one's, without what looks like a secret or a phone number. */
  readonly error: string;
  /** ISO 8601, UTC: when the event came about, */
  readonly createdAt: string;
  /** and when it was given up. */
  readonly failedAt: string;
  /** Where it stands in its organization's list. */
  readonly place: Place;
}

/** A dead letter as the API shows it; what it was about is in the event. */
export const ShownDeadLetter = z.strictObject({
  /** The event's. */
  id: z.string(),
  /** The event's type. */
  event: z.string(),
  tenantId: z.string().nullable(),
  /** How often listeners were tried. */
  attempts: z.int(),
  /** Why the last attempt failed; what looks like a secret or a phone number is blanked out. */
  error: z.string(),
  /** When the event came about. */
  createdAt: z.iso.datetime(),
  /** When it was given up. */
  failedAt: z.iso.datetime(),
});
export type ShownDeadLetter = z.infer<typeof ShownDeadLetter>;

export function deadLetterKey(organizationId: string, id: string): string {
  return key("dead-letter", organizationId, id);
}

/** Those of an organization, in the order in which they were given up. */
export function deadLetterIndex(store: Store, organizationId: string): Index {
  return openIndex(store, "dead-letters", organizationId);
}

export function tenantOf({ data }: AnyEvent): string | null {
  return "tenantId" in data ? data.tenantId : null;
}

export function presentDeadLetter(letter: DeadLetter): ShownDeadLetter {
  const { id, type: event, tenantId, attempts, error, createdAt, failedAt } = letter;
  return { id, event, tenantId, attempts, error, createdAt, failedAt };
}
