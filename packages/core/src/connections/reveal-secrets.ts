import { z } from "zod";
import { auditing } from "../access/audit/audit-log.ts";
import type { Acting } from "../access/keys/may-give.ts";
import type { App } from "../app.ts";
import { requireOwned } from "./owned.ts";
import { signingSecretPlace, tokenPlace, type Waba } from "./waba.ts";

const SECRET_TYPES = ["access_token", "webhook_signing_secret"] as const;

/** Which secrets of a connection to show. */
export const RevealSecrets = z.strictObject({
  secretTypes: z.array(z.enum(SECRET_TYPES)).min(1).max(SECRET_TYPES.length),
});
export type RevealSecrets = z.output<typeof RevealSecrets>;

/** The secrets that were asked for; `null` for one that there is not. */
export const RevealedSecrets = z.strictObject({
  connectionId: z.string(),
  secrets: z.partialRecord(z.enum(SECRET_TYPES), z.string().nullable()),
});
export type RevealedSecrets = z.output<typeof RevealedSecrets>;

type RevealParts = Pick<App, "store" | "clock" | "rootSecret" | "vault">;

/**
 * Shows secrets of a connection. The audit log tells of it before any of them leaves.
 *
 * @throws {Failure} `not_found`, `secret_unreadable`, `store_unavailable`
 */
export async function revealSecrets(
  parts: RevealParts,
  caller: Acting,
  { connectionId, secretTypes }: RevealSecrets & { readonly connectionId: string },
): Promise<RevealedSecrets> {
  const { organizationId, actor, requestId } = caller;
  const types = SECRET_TYPES.filter((type) => secretTypes.includes(type));
  for (;;) {
    const { waba, number } = await requireOwned(parts.store, caller, connectionId);
    const { wabaId } = waba.value;
    const subject = { connectionId, wabaId, tenantId: number.tenantId, secretTypes: types };
    const action = "connection.secrets_revealed";
    const entry = { organizationId, actor, requestId, action, subject };
    const secrets = types.map((type) => [type, openSecret(parts, waba.value, type)] as const);
    if (await parts.store.commit(await auditing(parts, entry))) {
      return { connectionId, secrets: Object.fromEntries(secrets) };
    }
  }
}

const SECRETS = {
  access_token: { sealedIn: (waba: Waba) => waba.accessToken, place: tokenPlace },
  webhook_signing_secret: {
    sealedIn: (waba: Waba) => waba.signingSecrets?.current ?? null,
    place: signingSecretPlace,
  },
};

function openSecret(
  { vault }: RevealParts,
  waba: Waba,
  type: RevealSecrets["secretTypes"][number],
): string | null {
  const { sealedIn, place } = SECRETS[type];
  const sealed = sealedIn(waba);
  return sealed === null ? null : vault.open(sealed, place(waba));
}
