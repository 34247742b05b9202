import {
  type Branding,
  NEW_SETTINGS,
  readOrganization,
} from "../../access/organizations/organization.ts";
import type { App } from "../../app.ts";
import { findMetaApp } from "../../connections/change/tell-meta.ts";
import { findOwned } from "../../connections/owned.ts";
import type { ErrorCategory } from "../../error-categories.ts";
import type { MetaApp } from "../../meta-app.ts";
import { isOver, type MetaSignal, type Session, type SessionStatus } from "../sessions/session.ts";
import { choicesOf, type PhoneNumberChoice } from "../sessions/shown-session.ts";
import { type Remedy, remedyFor } from "../signup/error-category.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";

/** What Meta's SDK is started with. */
export interface Login {
  readonly appId: string;
  readonly configId: string | null;
  readonly graphVersion: string;
  readonly sdkUrl: string;
  readonly messageOrigins: readonly string[];
  /** `extras.setup` of the dialog. */
  readonly setup: Readonly<Record<string, unknown>>;
}

/** What the page of a session shows. */
export interface View {
  readonly sessionId: string;
  readonly status: SessionStatus;
  readonly tenantName: string;
  readonly language: string | null;
  readonly branding: Branding;
  readonly coexistence: Session["coexistence"];
  readonly login: Login;
  readonly errorCategory: ErrorCategory | null;
  /** What whoever reads it can do about a failure. */
  readonly retry: Remedy | null;
  readonly phoneNumbers: readonly PhoneNumberChoice[];
  readonly connection: {
    readonly displayPhoneNumber: string | null;
    readonly verifiedName: string | null;
    readonly status: string;
  } | null;
  /** What Meta's dialog came to the last time, unless it has led to something since. */
  readonly signal: Pick<MetaSignal, "event" | "errorMessage"> | null;
  /** Where the outcome leads: by itself after a while, or by a button. */
  readonly redirect: Outcome | null;
}

type ViewParts = Pick<App, "store" | "metaApps">;

/**
 * Presents a session to its own browser, or to whoever has its link.
 *
 * @throws {Failure} `invalid_request` when its Meta app is gone; `store_unavailable`
 */
export async function viewOf(parts: ViewParts, session: Session): Promise<View> {
  const { sessionId, status, tenantName, language, coexistence, errorCategory } = session;
  const { organizationId } = session;
  const app = await findMetaApp(parts.metaApps, session);
  const hasToken = session.signup?.accessToken != null;
  const isStopped = status === "failed" || status === "choose_number";
  const canGoOn = isStopped && !isOver(session);
  return {
    ...{ sessionId, status, tenantName, language, coexistence, errorCategory },
    branding: await brandingOf(parts, organizationId),
    login: loginOf(app, session.prefill),
    retry: canGoOn ? remedyFor(errorCategory, hasToken) : null,
    phoneNumbers: choicesOf(session),
    connection: status === "completed" ? await connectionOf(parts, session) : null,
    signal: session.signal && pick(session.signal),
    redirect: outcomeOf(session),
  };
}

function pick({ event, errorMessage }: MetaSignal): View["signal"] {
  return { event, errorMessage };
}

/** How the pages of an organization look. */
export async function brandingOf(
  { store }: Pick<App, "store">,
  organizationId: string,
): Promise<Branding> {
  const organization = await readOrganization(store, organizationId);
  return organization?.value.branding ?? NEW_SETTINGS.branding;
}

/** How a browser signs up with an app. */
export function loginOf({ appId, configId, login }: MetaApp, prefill: Session["prefill"]): Login {
  const { graphVersion, sdkUrl, messageOrigins } = login;
  return { appId, configId, graphVersion, sdkUrl, messageOrigins, setup: prefill ?? {} };
}

async function connectionOf({ store }: ViewParts, { organizationId, connectionId }: Session) {
  const owned = connectionId ? await findOwned(store, { organizationId }, connectionId) : undefined;
  if (!owned) return null;
  const { displayPhoneNumber, verifiedName, status } = owned.number;
  return { displayPhoneNumber, verifiedName, status };
}
