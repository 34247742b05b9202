import { z } from "zod";
import type { AnyEvent } from "../events.ts";
import type { Delivery } from "./delivery.ts";
import type { ToldDelivery } from "./told.ts";

/** What has become of a delivery; `pending` before its first attempt. */
export const DELIVERY_STATUSES = ["pending", "delivered", "retrying", "failed"] as const;

/** One try, as the API shows it. */
export const ShownAttempt = z.strictObject({
  at: z.iso.datetime(),
  durationMs: z.int(),
  /** `null` when there was no answer; `errorClass` says why. */
  httpStatus: z.int().nullable(),
  errorClass: z.string().nullable(),
  /** The first 1 KiB of the answer, or what went wrong, for people. */
  excerpt: z.string(),
  /** The process that has sent it. */
  node: z.string().nullable(),
});

/** An event on its way to an endpoint, as the API shows it. */
export const ShownDelivery = z.strictObject({
  id: z.string(),
  endpointId: z.string(),
  eventId: z.string(),
  event: z.string(),
  /** When the event happened. */
  eventCreatedAt: z.iso.datetime(),
  status: z.enum(DELIVERY_STATUSES),
  attempts: z.array(ShownAttempt),
  nextAttemptAt: z.iso.datetime().nullable(),
});
export type ShownDelivery = z.output<typeof ShownDelivery>;

/** A delivery, what was recorded of it so far, and what is delivered. */
export interface KnownDelivery {
  readonly endpointId: string;
  readonly told: ToldDelivery;
  readonly record: Delivery | undefined;
  readonly event: AnyEvent;
}

export function presentDelivery({ endpointId, told, record, event }: KnownDelivery): ShownDelivery {
  const { attempts = [], status = "pending", nextAttemptAt = null } = record ?? {};
  return {
    ...{ id: told.id, endpointId, eventId: event.id, event: event.type },
    eventCreatedAt: event.createdAt,
    status,
    attempts: attempts.map(({ node = null, ...attempt }) => ({ ...attempt, node })),
    nextAttemptAt,
  };
}
