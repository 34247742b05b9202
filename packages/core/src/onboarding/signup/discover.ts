import {
  grantedWabas,
  inspectToken,
  missingScopes,
  toE164,
} from "../../connections/connect/grant.ts";
import { numberKey } from "../../connections/waba.ts";
import { Failure } from "../../failure.ts";
import type { PhoneNumber } from "../../meta/nodes.ts";
import type { MetaApp } from "../../meta-app.ts";
import { recentlyRecovered } from "../recovery/recovered.ts";
import type { Candidate } from "../sessions/session.ts";
import { toChoice } from "../sessions/shown-session.ts";
import type { SignupParts, Step, StepResult, UnderWay } from "./steps.ts";

/** Of so many accounts the numbers are looked at; most sign-ups share one. */
const MAX_ACCOUNTS = 20;

/** Whether the token is alive, of our app, and may do what is needed; and for which accounts it is. */
export const inspect: Step = async (_, { app, token }) => {
  const info = await inspectToken(app.graph, token);
  if (!info.isValid || info.appId !== app.appId) {
    throw new Failure("code_exchange_failed", "Meta gave a token that is not valid for this app.", {
      context: { errorCategory: "token_invalid" },
    });
  }
  const missing = missingScopes(info);
  if (missing.length > 0) {
    throw new Failure("meta_rejected", `The token lacks ${missing.join(" and ")}.`, {
      context: { errorCategory: "missing_permission" },
    });
  }
  const granted = grantedWabas(info)?.slice(0, MAX_ACCOUNTS) ?? null;
  return { signup: { tokenExpiresAt: info.expiresAt, granted } };
};

/**
 * Which number it is about. What the browser has named has to be among what the token reaches; what it
 * has not named is found: the one number there is, the one that is shared with the WhatsApp Business
 * app where that was signed up, or the one that nobody has connected yet.
 */
export const discover: Step = async (parts, at) => {
  const candidates = await findCandidates(parts, at);
  const named = at.signup.claim.phoneNumberId;
  if (named !== null) return choose(candidates, requireNamed(candidates, named));
  if (candidates.length === 0) throw noNumber();
  const [only, ...others] = await narrowed(parts, at, candidates);
  if (only && others.length === 0) return choose(candidates, only);
  return { signup: { candidates: candidates.map(withoutPhone) }, waits: true };
};

/** A number, and all that Meta says of it. */
interface Found extends Candidate {
  readonly phone: PhoneNumber;
}

function choose(candidates: readonly Found[], { wabaId, phoneNumberId }: Found): StepResult {
  return {
    signup: { candidates: candidates.map(withoutPhone), chosen: { wabaId, phoneNumberId } },
  };
}

function withoutPhone({ phone: _, ...candidate }: Found): Candidate {
  return candidate;
}

function requireNamed(candidates: readonly Found[], named: string): Found {
  const found = candidates.find(({ phoneNumberId }) => phoneNumberId === named);
  if (!found) throw notGranted("The number is not one of the account's.");
  return found;
}

async function findCandidates(
  parts: Pick<SignupParts, "store">,
  at: UnderWay,
): Promise<readonly Found[]> {
  const wabaIds = await findAccounts(parts, at);
  const isNamed = at.signup.claim.wabaId !== null;
  const lists = await Promise.all(wabaIds.map((wabaId) => numbersOf(at, wabaId, isNamed)));
  return lists.flat();
}

async function findAccounts(
  { store }: Pick<SignupParts, "store">,
  { signup, app, token }: UnderWay,
): Promise<readonly string[]> {
  const { granted, claim } = signup;
  if (claim.wabaId !== null) {
    if (granted && !granted.includes(claim.wabaId)) {
      throw notGranted("The account is not among those the token was granted for.");
    }
    return [claim.wabaId];
  }
  if (granted) return granted;
  const [reached, shared] = await Promise.all([
    reachedBy(app, token),
    recentlyRecovered(store, app),
  ]);
  return [...new Set([...reached, ...shared])].slice(0, MAX_ACCOUNTS);
}

/** Most tokens may not ask for businesses: then Meta's own word, that an account was shared, is all there is. */
async function reachedBy({ graph }: MetaApp, token: string): Promise<readonly string[]> {
  try {
    return await graph.findWabaIds({ token });
  } catch (error) {
    if (error instanceof Failure && error.code === "meta_rejected") return [];
    throw error;
  }
}

/** An account that nobody has named may have been deleted since; one that was named has to be there. */
async function numbersOf(
  { app, token }: UnderWay,
  wabaId: string,
  isNamed: boolean,
): Promise<readonly Found[]> {
  try {
    const numbers = await app.graph.listPhoneNumbers({ wabaId, token });
    return numbers.map((phone) => ({
      wabaId,
      phoneNumberId: phone.id,
      displayPhoneNumber: toE164(phone.displayPhoneNumber),
      verifiedName: phone.verifiedName,
      phone,
    }));
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "meta_rejected") throw error;
    if (isNamed) throw notGranted("Meta does not let the token at the account.", error);
    return [];
  }
}

async function narrowed(
  { store }: Pick<SignupParts, "store">,
  { signup, app }: UnderWay,
  candidates: readonly Found[],
): Promise<readonly Found[]> {
  if (candidates.length === 1) return candidates;
  const shared = candidates.filter(({ phone }) => phone.isOnBizApp === true);
  const likely = signup.claim.coexistence && shared.length > 0 ? shared : candidates;
  const keys = likely.map(({ phoneNumberId }) => numberKey(app.appId, phoneNumberId));
  const known = await store.getMany(keys);
  const fresh = likely.filter((_, index) => known[index] === undefined);
  return fresh.length === 1 ? fresh : likely;
}

/** What to tell a caller who has to choose. */
export function ambiguous(candidates: readonly Candidate[]): Failure {
  return new Failure("number_ambiguous", undefined, {
    context: { errorCategory: "number_ambiguous", phoneNumbers: candidates.map(toChoice) },
  });
}

function noNumber(): Failure {
  return new Failure("number_ambiguous", "The account has no number yet.", {
    context: { errorCategory: "number_missing", phoneNumbers: [] },
  });
}

function notGranted(message: string, cause?: Failure): Failure {
  return new Failure("meta_rejected", message, {
    cause,
    context: { ...cause?.context, errorCategory: "waba_not_granted" },
  });
}
