import { z } from "zod";
import type { App } from "../../app.ts";
import { Failure } from "../../failure.ts";
import type { PhoneNumber, Waba as WabaNode } from "../../meta/nodes.ts";
import { type Owner, requireOwned } from "../owned.ts";
import { accessOf } from "../token/ask-as.ts";
import { reasonsAgainst } from "./capabilities.ts";
import { judgeSubscription } from "./judge-routing.ts";
import { inspectToken } from "./judge-token.ts";
import { failed, type Judgement, ok } from "./judgement.ts";

const Verdict = z.strictObject({ verdict: z.enum(["ok", "failed"]), message: z.string() });
type Verdict = z.infer<typeof Verdict>;

/** What a test of a connection has found at Meta. */
export const ConnectionTest = z.strictObject({
  connectionId: z.string(),
  token: Verdict,
  number: Verdict,
  waba: Verdict,
  subscription: Verdict,
  displayPhoneNumber: z.string().nullable(),
  verifiedName: z.string().nullable(),
  qualityRating: z.string().nullable(),
});
export type ConnectionTest = z.infer<typeof ConnectionTest>;

/** Account reviews that Meta has ended against the account. */
const REFUSED_REVIEWS: ReadonlySet<string | null> = new Set(["REJECTED", "RESTRICTED"]);
const SEE_TOKEN = "See what is said of the token.";

/**
 * Asks Meta whether a connection would work: token, number, account, subscription. Changes nothing, and
 * whatever it finds is an answer.
 *
 * @throws {Failure} `not_found`, `meta_unavailable`, `meta_throttled`, `store_unavailable`
 */
export async function testConnection(
  { store, clock, vault, metaApps }: Pick<App, "store" | "clock" | "vault" | "metaApps">,
  owner: Owner,
  connectionId: string,
): Promise<ConnectionTest> {
  const { waba, number } = await requireOwned(store, owner, connectionId);
  const { appId, wabaId } = waba.value;
  const { graph, token } = await accessOf({ vault, metaApps }, waba.value);
  const [ofToken, ofWaba, ofNumber, ofApps] = await Promise.all([
    inspectToken(graph, token, { appId, wabaId, now: clock.now() }),
    answerOf(graph.getWaba({ wabaId, token })),
    answerOf(graph.getPhoneNumber({ phoneNumberId: number.phoneNumberId, token })),
    answerOf(graph.getSubscribedApps({ wabaId, token })),
  ]);
  const seen = "value" in ofNumber ? ofNumber.value : null;
  return {
    connectionId,
    token: verdictOf(ofToken),
    number: verdictOf(judged(ofNumber, judgeNumber)),
    waba: verdictOf(judged(ofWaba, judgeWaba)),
    subscription: verdictOf(judged(ofApps, (apps) => judgeSubscription(apps, appId))),
    displayPhoneNumber: seen?.displayPhoneNumber ?? null,
    verifiedName: seen?.verifiedName ?? null,
    qualityRating: seen?.qualityRating ?? null,
  };
}

type Answered<Value> = { readonly value: Value } | { readonly refusal: Failure };

/** Meta's final word is an answer; that it has none is not. */
async function answerOf<Value>(asked: Promise<Value>): Promise<Answered<Value>> {
  try {
    return { value: await asked };
  } catch (error) {
    if (error instanceof Failure && FINAL.has(error.code)) return { refusal: error };
    throw error;
  }
}

const FINAL: ReadonlySet<Failure["code"]> = new Set(["meta_rejected", "meta_token_expired"]);

function judged<Value>(answer: Answered<Value>, judge: (value: Value) => Judgement): Judgement {
  return "value" in answer ? judge(answer.value) : failed(answer.refusal.message, SEE_TOKEN);
}

/** A warning is no failure: what was asked for works. */
function verdictOf({ verdict, message }: Judgement): Verdict {
  return { verdict: verdict === "failed" ? "failed" : "ok", message };
}

function judgeNumber({ platformType, status }: PhoneNumber): Judgement {
  const facts = { platformType, status, healthStatus: null, subscribed: null, blocks: [] };
  const [reason] = reasonsAgainst(facts, "canSendMessages");
  return reason
    ? failed(reason, SEE_TOKEN)
    : ok("The number is registered, and the token reads it.");
}

function judgeWaba({ name, accountReviewStatus }: WabaNode): Judgement {
  const called = name ? `The account ${JSON.stringify(name)}` : "The account";
  const review = accountReviewStatus ?? "unknown";
  if (REFUSED_REVIEWS.has(accountReviewStatus)) {
    return failed(
      `${called} did not pass Meta's review: ${review}.`,
      "Appeal in WhatsApp Manager.",
    );
  }
  return ok(`${called} is readable; Meta's review of it: ${review}.`);
}
