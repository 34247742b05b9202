import { z } from "zod";
import { Failure } from "../../failure.ts";
import { isLive } from "../change/apply-change.ts";
import { changeWaba } from "../change/change-waba.ts";
import type { ChangeParts } from "../change/commit-change.ts";
import { findMetaApp } from "../change/tell-meta.ts";
import { findWaba, requireTenantsOf } from "../find-waba.ts";
import { instant } from "../instant.ts";
import type { Acting } from "../owned.ts";
import { tokenPlace } from "../waba.ts";
import { verifyToken } from "./grant.ts";

/** Another access token for an account. */
export const ReplaceToken = z.strictObject({ accessToken: z.string().min(1).max(4096) });
export type ReplaceToken = z.output<typeof ReplaceToken>;

/** What replacing it answers. */
export const ReplacedToken = z.strictObject({
  wabaId: z.string(),
  tokenExpiresAt: z.iso.datetime().nullable(),
  affectedConnectionIds: z.array(z.string()),
});
export type ReplacedToken = z.infer<typeof ReplacedToken>;

/**
 * Gives an account another access token, once Meta says that it is good for the account.
 *
 * @throws {Failure} `not_found`, `forbidden`, `invalid_request`, `meta_token_expired` for the new
 *   token, and what `changeWaba` throws
 */
export async function replaceToken(
  parts: ChangeParts,
  acting: Acting,
  { wabaId, accessToken }: ReplaceToken & { readonly wabaId: string },
): Promise<ReplacedToken> {
  const { actor, requestId } = acting;
  const waba = await findWaba(parts, acting, wabaId);
  requireTenantsOf(waba, acting);
  const { graph } = await findMetaApp(parts.metaApps, waba);
  const tokenExpiresAt = await verifyToken(graph, { accessToken, wabaId });
  const { after } = await changeWaba(parts, waba, async (now) => {
    if (!now) throw new Failure("not_found");
    const sealed = parts.vault.seal(accessToken, tokenPlace(now));
    const change = { kind: "token" as const, accessToken: sealed, tokenExpiresAt };
    return { change, author: { actor, requestId } };
  });
  return {
    wabaId,
    tokenExpiresAt: instant(tokenExpiresAt),
    affectedConnectionIds: after.numbers.filter(isLive).map(({ connectionId }) => connectionId),
  };
}
