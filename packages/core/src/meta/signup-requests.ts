import { z } from "zod";
import { hmacSha256 } from "../crypto/hmac.ts";
import type { GraphCall } from "./graph-call.ts";
import { nodePath, readCall } from "./graph-node.ts";
import { GraphId } from "./nodes.ts";

/** What a code of Embedded Signup is exchanged with. */
export interface CodeExchange {
  readonly code: string;
  /** What the dialog was opened with in the redirect flow; the popup has none. */
  readonly redirectUri?: string | undefined;
}

/** A business token as Meta hands it out. Its lifetime is told by `debug_token`. */
const BusinessToken = z
  .object({ access_token: z.string().min(1) })
  .transform(({ access_token }) => access_token);

/** The ids on one page of a list. */
const IdPage = z
  .object({
    data: z.array(z.object({ id: GraphId })),
  })
  .transform(({ data }) => ({ ids: data.map(({ id }) => id) }));
export type IdPage = Readonly<z.output<typeof IdPage>>;

/** The app that asks, and the token it speaks with in its own name. */
export interface AskingApp {
  readonly appId: string;
  readonly appSecret: string;
  readonly appToken: string;
}

const PAGE_SIZE = "100";

/**
 * A write: a code is good for one exchange. Posted, so that the secret stands in no URL.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/embedded-signup/implementation
 */
export function exchange(
  { appId, appSecret, appToken }: AskingApp,
  { code, redirectUri }: CodeExchange,
): GraphCall<string> {
  const body = {
    client_id: appId,
    client_secret: appSecret,
    code,
    ...(redirectUri !== undefined && { redirect_uri: redirectUri }),
  };
  const path = "/oauth/access_token";
  return { method: "POST", path, body, token: appToken, schema: BusinessToken };
}

/** The businesses that a token reaches. */
export function readBusinesses(token: string): GraphCall<IdPage> {
  return readCall("/me/businesses", { fields: "id", limit: PAGE_SIZE }, { token, schema: IdPage });
}

/** The accounts of a business: its own, or those its customers share with it. */
export function readWabaIds(
  token: string,
  { businessId, whose }: { readonly businessId: string; readonly whose: "owned" | "client" },
): GraphCall<IdPage> {
  const path = `${nodePath(businessId)}/${whose}_whatsapp_business_accounts`;
  return readCall(path, { fields: "id", limit: PAGE_SIZE }, { token, schema: IdPage });
}

/** The token for a customer's business, by the partner's own: for who has lost the code. */
export function fetchBusinessToken(
  { appSecret }: Pick<AskingApp, "appSecret">,
  { businessId, systemToken }: { readonly businessId: string; readonly systemToken: string },
): GraphCall<string> {
  const appsecret_proof = hmacSha256(appSecret, systemToken).toString("hex");
  return {
    method: "POST",
    path: `${nodePath(businessId)}/system_user_access_tokens`,
    body: { appsecret_proof, fetch_only: true },
    token: systemToken,
    schema: BusinessToken,
  };
}
