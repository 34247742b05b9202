import { z } from "zod";
import type { Branding } from "../../access/organizations/organization.ts";
import { findPublicKey } from "../../access/public-keys/public-keys.ts";
import type { App } from "../../app.ts";
import { findMetaApp } from "../../connections/change/tell-meta.ts";
import { Failure } from "../../failure.ts";
import { requireSession } from "../sessions/change-session.ts";
import { requireOpen } from "../sessions/end-session.ts";
import type { Session } from "../sessions/session.ts";
import { brandingOf, type Login, loginOf } from "./view.ts";

/** What the window of the browser SDK is opened for. */
export const SdkRequest = z.strictObject({
  publicKey: z.string().max(64),
  /** Of the page that has opened it; the answer is posted to no other. */
  origin: z.string().max(256),
  sessionId: z.string().max(64).optional(),
  /** The host's own name for what the number is for; it means nothing here. */
  channelId: z.string().max(128).optional(),
});
export type SdkRequest = z.output<typeof SdkRequest>;

/** What the window shows. */
export interface SdkView {
  readonly tenantName: string | null;
  readonly language: string | null;
  readonly branding: Branding;
  readonly coexistence: Session["coexistence"];
  readonly login: Login;
}

/**
 * All that a public key can do: a window in which a sign-up of its organization begins, for pages of
 * its origins. It changes nothing.
 *
 * @throws {Failure} `not_found`, `forbidden` for another origin, `session_closed`, `store_unavailable`
 */
export async function openSdk(
  parts: Pick<App, "store" | "metaApps">,
  { publicKey, origin, sessionId }: SdkRequest,
): Promise<SdkView> {
  const record = await findPublicKey(parts.store, publicKey);
  if (!record) throw new Failure("not_found", "There is no such public key.");
  if (!record.allowedOrigins.includes(origin)) {
    throw new Failure("forbidden", "The public key is not for pages of this origin.");
  }
  const { organizationId } = record;
  const stored =
    sessionId === undefined
      ? undefined
      : await requireSession(parts.store, { organizationId }, sessionId);
  const session = stored?.value;
  if (session) requireOpen(session);
  const app = await findMetaApp(parts.metaApps, { organizationId, appId: session?.appId });
  return {
    tenantName: session?.tenantName ?? null,
    language: session?.language ?? null,
    branding: await brandingOf(parts, organizationId),
    coexistence: session?.coexistence ?? "offer",
    login: loginOf(app, session?.prefill ?? null),
  };
}
