import { z } from "zod";

const BUDGETS = ["reads", "writes", "reveal", "metaLookups", "inboxReads", "sends"] as const;

const Limit = z.union([z.literal(false), z.strictObject({ max: z.int(), perMs: z.int() })]);
const Limits = z.partialRecord(z.enum(BUDGETS), Limit);

const FORM = 'must be JSON like {"writes":{"max":60,"perMs":60000},"reads":false}';

/** The `limits` option of a hub as JSON; the hub says itself which numbers it takes. */
export const LimitsJson = z.string().transform((text, context) => {
  const { data } = Limits.safeParse(parse(text));
  if (data) return data;
  context.addIssue(FORM);
  return z.NEVER;
});

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
