import { z } from "zod";
import type { Budget } from "../../http/route.ts";

const SHORTEST_MS = 1_000;
const LONGEST_MS = 24 * 60 * 60 * 1000;

/** So many requests in so many milliseconds. */
export interface RequestLimit {
  readonly max: number;
  readonly perMs: number;
}

/** How many requests a caller may make of each budget; `false` is as many as they like. */
export type Limits = Readonly<Record<Budget, RequestLimit | false>>;

/** Some of them, as a host says them. */
export type LimitsGiven = { readonly [Name in Budget]?: RequestLimit | false | undefined };

/** What applies where the host says nothing. */
const DEFAULTS: Limits = {
  reads: { max: 100, perMs: 60_000 },
  writes: { max: 30, perMs: 60_000 },
  reveal: { max: 60, perMs: 60 * 60_000 },
  metaLookups: { max: 10, perMs: 60_000 },
  inboxReads: { max: 600, perMs: 60_000 },
  sends: { max: 80, perMs: 1_000 },
};

/** One limit as it is said, by a host or for an organization. */
export const LimitSetting = z.union([
  z.literal(false),
  z.strictObject({ max: z.int().min(1), perMs: z.int().min(SHORTEST_MS).max(LONGEST_MS) }),
]);

/** The `limits` of a hub; what is left out is as it is by default. */
export const LimitsOption = z
  .strictObject({
    reads: LimitSetting.optional(),
    writes: LimitSetting.optional(),
    reveal: LimitSetting.optional(),
    metaLookups: LimitSetting.optional(),
    inboxReads: LimitSetting.optional(),
    sends: LimitSetting.optional(),
  } satisfies Record<Budget, z.ZodType>)
  .default({})
  .transform((given): Limits => {
    const said = Object.entries(given).filter(([, limit]) => limit !== undefined);
    return { ...DEFAULTS, ...Object.fromEntries(said) };
  });
