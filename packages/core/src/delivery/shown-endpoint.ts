import { z } from "zod";
import type { Endpoint } from "./endpoint.ts";

/** An endpoint as the API shows it; neither with its secret nor with its headers. */
export const ShownEndpoint = z.strictObject({
  id: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  description: z.string().nullable(),
  filter: z
    .strictObject({
      tenantIds: z.array(z.string()).optional(),
      connectionIds: z.array(z.string()).optional(),
      wabaIds: z.array(z.string()).optional(),
    })
    .nullable(),
  enabled: z.boolean(),
  /** It answered 410, it has failed for too long, or somebody asked for it. */
  disabledReason: z.enum(["gone", "failing", "requested"]).nullable(),
  signature: z.union([
    z.literal("standard"),
    z.strictObject({ format: z.literal("sha256-hex"), prefix: z.string() }),
  ]),
  rateLimit: z.int().nullable(),
  concurrency: z.int(),
  ordered: z.boolean(),
  createdAt: z.iso.datetime(),
});
export type ShownEndpoint = z.infer<typeof ShownEndpoint>;

/** What creating answers: with the secret, which only rotating shows again. */
export const CreatedEndpoint = z.strictObject({ ...ShownEndpoint.shape, secret: z.string() });
export type CreatedEndpoint = z.infer<typeof CreatedEndpoint>;

export function presentEndpoint(endpoint: Endpoint): ShownEndpoint {
  const { id, url, events, description, filter, enabled, disabledReason } = endpoint;
  const { signature, rateLimit, concurrency, ordered, createdAt } = endpoint;
  return {
    ...{ id, url, events: [...events], description },
    // The stored filter is the one the request's schema let through.
    filter: filter as ShownEndpoint["filter"],
    ...{ enabled, disabledReason, signature, rateLimit, concurrency, ordered, createdAt },
  };
}
