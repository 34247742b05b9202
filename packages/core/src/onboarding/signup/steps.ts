import type { App } from "../../app.ts";
import { findMetaApp } from "../../connections/change/tell-meta.ts";
import type { ConnectParts } from "../../connections/connect/connect.ts";
import type { HealthParts } from "../../connections/health/refresh-health.ts";
import { Failure } from "../../failure.ts";
import type { MetaApp } from "../../meta-app.ts";
import { type Session, type Signup, sessionPlace } from "../sessions/session.ts";

/** What the steps of a sign-up take. */
export type SignupParts = ConnectParts & HealthParts & Pick<App, "queue" | "logger">;

/** A sign-up with a token, and whom it asks Meta with. */
export interface UnderWay {
  readonly session: Session;
  readonly signup: Signup;
  readonly app: MetaApp;
  readonly token: string;
}

/** What a step has brought. */
export interface StepResult {
  readonly signup?: Partial<Signup>;
  readonly connectionId?: string;
  /** The session waits for somebody to choose among `candidates`. */
  readonly waits?: true;
}

/** One step. It may run again: what it did before a crash it finds done. @throws {Failure} as `error-category.ts` */
export type Step = (parts: SignupParts, at: UnderWay) => Promise<StepResult>;

/** Opens what a step works with. @throws {Failure} `invalid_request` when the Meta app is gone; `secret_unreadable` */
export async function openUnderWay(
  { metaApps, vault }: Pick<App, "metaApps" | "vault">,
  session: Session,
): Promise<UnderWay> {
  const { signup } = session;
  if (!signup?.accessToken) throw new Failure("token_required");
  const app = await findMetaApp(metaApps, session);
  return {
    session,
    signup,
    app,
    token: vault.open(signup.accessToken, sessionPlace(session, "access_token")),
  };
}

/** The number a sign-up is about. */
export function chosenOf({ signup }: UnderWay): NonNullable<Signup["chosen"]> {
  if (!signup.chosen) throw new Failure("number_ambiguous");
  return signup.chosen;
}
