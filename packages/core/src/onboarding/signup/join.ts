import { awaitedOf } from "../../connections/awaited.ts";
import { type Connect, connectGranted, requireFree } from "../../connections/connect/connect.ts";
import { grantOf } from "../../connections/connect/grant.ts";
import { readWaba } from "../../connections/waba.ts";
import { sessionPlace } from "../sessions/session.ts";
import { chosenOf, type SignupParts, type Step, type UnderWay } from "./steps.ts";

/** Whether nobody else has the number, before Meta is told anything. */
export const conflict: Step = async (parts, at) => {
  const { wabaId } = chosenOf(at);
  const { organizationId, appId } = at.session;
  const ref = { organizationId, appId, wabaId };
  const waba = (await readWaba(parts.store, appId, wabaId))?.value;
  await requireFree(parts, { ref, waba, input: inputOf(parts, at) });
  return {};
};

/**
 * Connects the number: subscribes the app, or sets the override, and records it. One that Meta has
 * still to do something about is `pending`; siblings keep what they have.
 */
export const subscribe: Step = async (parts, at) => {
  const { session, signup, app, token } = at;
  const { wabaId, phoneNumberId } = chosenOf(at);
  const phone = await app.graph.getPhoneNumber({ phoneNumberId, token });
  const grant = grantOf(phone, { wabaId, tokenExpiresAt: signup.tokenExpiresAt });
  const acting = { organizationId: session.organizationId, ...signup.author };
  const input = inputOf(parts, at);
  const awaits = awaitedOf(phone);
  const { number } = await connectGranted(parts, acting, { app, grant, input, awaits });
  return { connectionId: number.connectionId };
};

/** A session's wishes, as those of somebody who connects with a token in hand. */
function inputOf({ vault }: Pick<SignupParts, "vault">, at: UnderWay): Connect {
  const { session, token } = at;
  const { webhook, delivery, overrideScope, metadata } = session;
  return {
    ...chosenOf(at),
    tenantId: session.tenantId,
    accessToken: token,
    appId: session.appId,
    verify: "now",
    requestSync: false,
    ...(metadata && { metadata: { ...metadata } }),
    ...(delivery && { delivery }),
    ...(overrideScope && { overrideScope }),
    ...(webhook && {
      webhookUrl: webhook.url,
      webhookVerifyToken: vault.open(webhook.verifyToken, sessionPlace(session, "verify_token")),
    }),
  };
}
