import { z } from "zod";
import type { Clock } from "../../clock.ts";
import { Failure } from "../../failure.ts";
import { type Owner, requireOwned } from "../owned.ts";
import { CHECKS, type DiagnoseParts, LOOK, sceneOf } from "./diagnosis-checks.ts";
import { type Judgement, warning } from "./judgement.ts";
import { lastWebhookKey, readLastHeard } from "./last-heard.ts";

const Verdict = z.enum(["ok", "warning", "failed"]);

/** Why nothing is received: every check with its verdict, a sentence, and what to do next. */
export const Diagnosis = z.strictObject({
  connectionId: z.string(),
  /** The worst of all. */
  verdict: Verdict,
  checks: z.array(
    z.strictObject({
      check: z.enum(CHECKS),
      verdict: Verdict,
      message: z.string(),
      nextStep: z.string().nullable(),
    }),
  ),
});
export type Diagnosis = z.infer<typeof Diagnosis>;

/** How long one check may take. Meta gives an endpoint 6 seconds. */
const CHECK_MS = 8_000;
const AGAIN = "Ask again in a moment.";
const TOO_LATE = warning("This could not be checked: no answer came in time.", AGAIN);
const WORST_FIRST = ["failed", "warning", "ok"] as const;

/**
 * Answers "why do I receive nothing": looks at all that lies between a customer's phone and the tenant,
 * at Meta and here, all at once. It changes nothing, at Meta neither. A check that cannot be made is a
 * warning that says so.
 *
 * @throws {Failure} `not_found`, `store_unavailable`
 */
export async function diagnose(
  parts: DiagnoseParts,
  owner: Owner,
  connectionId: string,
): Promise<Diagnosis> {
  const [{ waba, number }, lastWebhookAt] = await Promise.all([
    requireOwned(parts.store, owner, connectionId),
    readLastHeard(parts.store, lastWebhookKey(connectionId)),
  ]);
  const scene = sceneOf(parts, { waba: waba.value, number, lastWebhookAt });
  const checks = await Promise.all(
    CHECKS.map(async (check) => {
      const judgement = await inTime(parts.clock, LOOK[check](scene).catch(sayWhy));
      return { check, ...judgement };
    }),
  );
  const found = WORST_FIRST.find((verdict) => checks.some((check) => check.verdict === verdict));
  return { connectionId, verdict: found ?? "ok", checks };
}

/** What did not come in time goes on, and is not waited for. */
async function inTime(clock: Clock, judged: Promise<Judgement>): Promise<Judgement> {
  const late = Promise.withResolvers<Judgement>();
  const cancel = clock.schedule(clock.now() + CHECK_MS, () => late.resolve(TOO_LATE));
  try {
    return await Promise.race([judged, late.promise]);
  } finally {
    cancel();
  }
}

function sayWhy(error: unknown): Judgement {
  if (!(error instanceof Failure) || error.code === "store_unavailable") throw error;
  const isFinal = error.code === "meta_token_expired" || error.code === "meta_rejected";
  const next = isFinal ? "See what is said of the token, then ask again." : AGAIN;
  return warning(`This could not be checked: ${error.message}`, next);
}
