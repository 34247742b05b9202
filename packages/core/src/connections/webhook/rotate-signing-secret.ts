import { z } from "zod";
import type { RandomBytes } from "../../crypto/random-bytes.ts";
import { Failure } from "../../failure.ts";
import { changeWaba } from "../change/change-waba.ts";
import type { ChangeParts } from "../change/commit-change.ts";
import { findWaba, requireTenantsOf } from "../find-waba.ts";
import { instant } from "../instant.ts";
import type { Acting } from "../owned.ts";
import { type SigningSecrets, signingSecretPlace, type Waba } from "../waba.ts";
import { newSecrets } from "./signing-secrets.ts";
import { newSigningText } from "./webhook-settings.ts";

/** What rotating a signing secret answers: the only answer with the new one. */
export const RotatedSigningSecret = z.strictObject({
  wabaId: z.string(),
  webhookSigningSecret: z.string(),
  /** Until when the former one signs as well. */
  previousValidUntil: z.iso.datetime().nullable(),
});
export type RotatedSigningSecret = z.infer<typeof RotatedSigningSecret>;

type RotateParts = ChangeParts & { readonly random: RandomBytes };

/**
 * Makes a new secret that signs what is relayed. For 24 hours the former one signs beside it.
 *
 * @throws {Failure} `not_found`, `forbidden`, `invalid_request` where nothing is relayed, and what
 *   `changeWaba` throws
 */
export async function rotateSigningSecret(
  parts: RotateParts,
  acting: Acting,
  wabaId: string,
): Promise<RotatedSigningSecret> {
  const { actor, requestId } = acting;
  const waba = await findWaba(parts, acting, wabaId);
  requireTenantsOf(waba, acting);
  const secret = newSigningText(parts.random);
  const { after } = await changeWaba(parts, waba, async (now) => {
    const signingSecrets = rotated(parts, now, secret);
    return { change: { kind: "signing", signingSecrets }, author: { actor, requestId } };
  });
  const until = after.signingSecrets?.previousUntil ?? null;
  const previousValidUntil = instant(until);
  return { wabaId, webhookSigningSecret: secret, previousValidUntil };
}

/** A request that is repeated after a crash brings the secret it has brought before. */
function rotated(
  { vault, clock }: RotateParts,
  waba: Waba | undefined,
  secret: string,
): SigningSecrets {
  const before = waba?.signingSecrets;
  if (!waba || !before) {
    throw new Failure(
      "invalid_request",
      "Only an account with delivery relay signs what it sends.",
    );
  }
  const place = signingSecretPlace(waba);
  if (vault.open(before.current, place) === secret) return before;
  return newSecrets(before, vault.seal(secret, place), clock.now());
}
