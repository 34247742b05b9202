import { z } from "zod";
import type { App } from "../app.ts";
import type { RandomBytes } from "../crypto/random-bytes.ts";
import { OVERLAP_MS, rotated, secretPlace } from "./endpoint-secret.ts";
import { type Acting, type AuditParts, changeEndpoint } from "./own-endpoint.ts";
import { newSigningSecret } from "./sign.ts";

/** What rotating answers: the only answer with the new secret. */
export const RotatedSecret = z.strictObject({
  id: z.string(),
  secret: z.string(),
  /** Until when the former one signs as well. */
  previousValidUntil: z.iso.datetime(),
});
export type RotatedSecret = z.infer<typeof RotatedSecret>;

type RotateParts = AuditParts &
  Pick<App, "emit" | "vault"> & {
    readonly randomBytes: RandomBytes;
  };

/**
 * Gives an endpoint a new secret; for 24 hours the former one signs beside it. A request that is repeated
 * after a crash brings the secret it has brought before.
 *
 * @throws {Failure} `not_found`, `store_unavailable`
 */
export async function rotateSecret(
  { vault, randomBytes, ...parts }: RotateParts,
  acting: Acting,
  id: string,
): Promise<RotatedSecret> {
  const secret = newSigningSecret(randomBytes);
  const { clock } = parts;
  const place = secretPlace(acting.organizationId, id);
  const deed = { acting, id, what: "secret_rotated" } as const;
  const after = await changeEndpoint(parts, deed, (endpoint) => {
    const [newest] = endpoint.secrets;
    if (newest !== undefined && vault.open(newest, place) === secret) return endpoint;
    return { ...endpoint, ...rotated(endpoint, vault.seal(secret, place), clock.now()) };
  });
  const until = after.secretEnds[0] ?? clock.now() + OVERLAP_MS;
  return { id, secret, previousValidUntil: new Date(until).toISOString() };
}
