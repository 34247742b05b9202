import { randomInt } from "node:crypto";
import fc from "fast-check";

const LONG = process.env.WABAKIT_TEST_LONG === "1";
/** How many cases there are in all in the long run; those of a test are a share of it. */
const LONG_CASES = Number(process.env.WABAKIT_TEST_FUZZ ?? 1_000_000);

/** Drawn once, and printed by whatever fails. */
export const FUZZ_SEED = Number(process.env.WABAKIT_TEST_FUZZ_SEED ?? randomInt(2 ** 31));

/** How many cases a test draws: so many, or in the long run this share of all of them. */
export function cases(usual: number, share: number): number {
  return LONG ? Math.ceil(LONG_CASES * share) : usual;
}

/** How long a test may take that draws so many. */
export const FUZZ_TIMEOUT_MS = LONG ? 3_600_000 : 60_000;

/** How much is sent. */
export interface Volume {
  readonly count: number;
  readonly atOnce: number;
  /** Tells runs apart that draw from the same; 0 when left out. */
  readonly run?: number;
}

/**
 * Draws cases and sends them, so many at a time. What fails is shrunk, and told with its seed.
 *
 * @param holds Rejects when a promise is broken by these.
 */
export async function sendAll<Case>(
  drawn: fc.Arbitrary<Case>,
  { count, atOnce, run = 0 }: Volume,
  holds: (batch: readonly Case[]) => Promise<void>,
): Promise<void> {
  const batch = fc.array(drawn, { minLength: atOnce, maxLength: atOnce });
  await fc.assert(fc.asyncProperty(batch, holds), {
    numRuns: Math.ceil(count / atOnce),
    seed: FUZZ_SEED + run,
  });
}
