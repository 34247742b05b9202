import { z } from "zod";
import type { Acting } from "../../access/keys/may-give.ts";
import type { App } from "../../app.ts";
import { findMetaApp } from "../../connections/change/tell-meta.ts";
import { MetaId } from "../../connections/connect/connect.ts";
import { newId } from "../../crypto/ids.ts";
import type { RandomBytes } from "../../crypto/random-bytes.ts";
import { Failure } from "../../failure.ts";
import { check } from "../../http/check.ts";
import type { MetaApp } from "../../meta-app.ts";
import { changeSession } from "../sessions/change-session.ts";
import { addSession } from "../sessions/create-session.ts";
import { type DescribeParts, describeSession } from "../sessions/describe-session.ts";
import { ended } from "../sessions/end-session.ts";
import { newToken } from "../sessions/link.ts";
import { newSignup, readSession, type Session, sessionPlace } from "../sessions/session.ts";
import { CreateSession } from "../sessions/session-input.ts";
import { holdSession, watchSession } from "../signup/hold-session.ts";
import { runSignup } from "../signup/run-signup.ts";
import type { SignupParts } from "../signup/steps.ts";
import { forgetRecovered, type Recovered, requireRecovered } from "./recovered.ts";

const NEEDS_NO_PAGE = {
  tenantName: true,
  successRedirectUrl: true,
  failureRedirectUrl: true,
  cancelRedirectUrl: true,
  expiresInSeconds: true,
  coexistence: true,
  language: true,
  prefill: true,
  appId: true,
} as const;

/** Whose a sign-up is, and what is to become of its number. */
export const ClaimRecovered = z.strictObject({
  ...z.strictObject(CreateSession.shape).omit(NEEDS_NO_PAGE).shape,
  tenantName: CreateSession.shape.tenantName.optional(),
  /** A business token for the account; fetched with the app's `systemToken` when left out. */
  accessToken: z.string().min(1).max(4_096).optional(),
  /** Needed where the account has several numbers that nobody has connected. */
  phoneNumberId: MetaId.optional(),
  /** Whether the number is one of the WhatsApp Business app: then it is never registered. */
  coexistence: z.boolean().default(false),
});
export type ClaimRecovered = z.output<typeof ClaimRecovered>;

type ClaimParts = SignupParts &
  DescribeParts &
  Pick<App, "rootSecret"> & { readonly random: RandomBytes };

/**
 * Makes a connection of a sign-up that never came back: a session whose code was exchanged already.
 *
 * @throws {Failure} `not_found`; `token_required` where none is given and none can be fetched;
 *   otherwise as `completeSession`
 */
export async function claimRecovered(
  parts: ClaimParts,
  acting: Acting,
  { wabaId, input }: { readonly wabaId: string; readonly input: ClaimRecovered },
): Promise<Session> {
  const sessionId = newId("sess_", parts.random);
  const link = newToken(parts, parts.random).hash;
  const begun = (await readSession(parts.store, sessionId))?.value;
  const recovered = begun ? undefined : await requireRecovered(parts, acting, wabaId);
  const session = begun ?? (await begin(parts, acting, { sessionId, link, input, recovered }));
  try {
    const done = await holdSession(parts, sessionId, () => runSignup(parts, session));
    if (recovered) await forgetRecovered(parts.store, recovered);
    return done;
  } catch (error) {
    if (error instanceof Failure && error.context.errorCategory) await close(parts, sessionId);
    throw error;
  }
}

/** Whoever claims it again begins anew: nobody comes back to a session without a page. */
async function close(parts: ClaimParts, sessionId: string): Promise<void> {
  await changeSession(parts, sessionId, (session) => ({
    session: ended({ ...session, status: "failed" }, parts.clock.now()),
  }));
}

interface Claiming {
  readonly sessionId: string;
  readonly link: string;
  readonly input: ClaimRecovered;
  readonly recovered: Recovered | undefined;
}

async function begin(
  parts: ClaimParts,
  acting: Acting,
  { sessionId, link, input, recovered }: Claiming,
): Promise<Session> {
  if (!recovered) throw new Failure("not_found");
  const { accessToken: given, phoneNumberId, coexistence, ...wish } = input;
  const { appId, wabaId } = recovered;
  const { actor, requestId } = acting;
  const app = await findMetaApp(parts.metaApps, { ...acting, appId });
  const token = given ?? (await fetchToken(app, recovered));
  const tenantName = wish.tenantName ?? wish.tenantId;
  const created = check(CreateSession, { ...wish, tenantName, appId });
  const draft = await describeSession(parts, acting, { sessionId, link, input: created });
  const claim = { wabaId, phoneNumberId: phoneNumberId ?? null, coexistence };
  const accessToken = parts.vault.seal(token, sessionPlace(draft, "access_token"));
  const signup = { ...newSignup({ actor, requestId }, claim), accessToken };
  const under = { status: "exchanging", step: "inspect", startedAt: draft.createdAt } as const;
  await watchSession(parts, sessionId);
  return addSession(parts, acting, { ...draft, ...under, signup });
}

const NO_TOKEN =
  "Send accessToken, a business token for this account; or set the app's systemToken, which fetches it.";

async function fetchToken(
  { graph, systemToken }: MetaApp,
  { ownerBusinessId: businessId }: Recovered,
): Promise<string> {
  if (systemToken === null || businessId === null) throw new Failure("token_required", NO_TOKEN);
  try {
    return await graph.fetchBusinessToken({ businessId, systemToken });
  } catch (cause) {
    if (!(cause instanceof Failure) || cause.retryable) throw cause;
    const { context } = cause;
    throw new Failure("token_required", `${NO_TOKEN} (${cause.message})`, { cause, context });
  }
}
