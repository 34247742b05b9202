import { z } from "zod";
import { ExtraHeaders, Signature } from "./extra-headers.ts";
import { isSigningSecret } from "./sign.ts";

const MAX_URL_CHARACTERS = 2_048;
const DEFAULT_CONCURRENCY = 4;
const MOST_PER_SECOND = 10_000;

const Ids = z.array(z.string().min(1).max(128)).min(1).max(1_000);
const Url = z.string().max(MAX_URL_CHARACTERS);
const Events = z
  .array(
    z.string().regex(/^(\*|[a-z_]+(\.[a-z_]+)*(\.\*)?)$/, "must be an event type, * or family.*"),
  )
  .min(1)
  .max(100);
const Description = z.string().max(1_024);
const Filter = z.strictObject({
  tenantIds: Ids.optional(),
  connectionIds: Ids.optional(),
  wabaIds: Ids.optional(),
});
const Concurrency = z.int().min(1).max(64);
const RateLimit = z.int().min(1).max(MOST_PER_SECOND);

/** A place that wants events. */
export const CreateEndpoint = z.strictObject({
  url: Url,
  /** Event types, `*`, or families like `message.*`. */
  events: Events.default(["*"]),
  description: Description.nullish(),
  enabled: z.boolean().default(true),
  filter: Filter.nullish(),
  signature: Signature.default("standard"),
  /** Sealed, and never shown again. */
  headers: ExtraHeaders.nullish(),
  /** How many deliveries there may be in a second. */
  rateLimit: RateLimit.nullish(),
  /** How many deliveries may be under way at once. */
  concurrency: Concurrency.default(DEFAULT_CONCURRENCY),
  /** Whether each waits until what came earlier is settled. */
  ordered: z.boolean().default(false),
  /** Generated, and shown once, when absent. */
  secret: z
    .string()
    .refine(isSigningSecret, "must be whsec_ and 24 to 64 bytes in base64")
    .optional(),
});
export type CreateEndpoint = z.output<typeof CreateEndpoint>;

/** What changes of an endpoint: a field that is there replaces the former whole, `null` takes it away. */
export const UpdateEndpoint = z.strictObject({
  url: Url.optional(),
  events: Events.optional(),
  description: Description.nullish(),
  enabled: z.boolean().optional(),
  filter: Filter.nullish(),
  signature: Signature.optional(),
  headers: ExtraHeaders.nullish(),
  rateLimit: RateLimit.nullish(),
  concurrency: Concurrency.optional(),
  ordered: z.boolean().optional(),
});
export type UpdateEndpoint = z.output<typeof UpdateEndpoint>;
