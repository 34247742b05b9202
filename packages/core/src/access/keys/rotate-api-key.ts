import { z } from "zod";
import type { RandomBytes } from "../../crypto/random-bytes.ts";
import { Failure } from "../../failure.ts";
import { joined } from "../../store/joined.ts";
import type { Change } from "../../store/store.ts";
import { auditing } from "../audit/audit-log.ts";
import { hashApiKey, newApiKey } from "./api-key.ts";
import { type ApiKeyRecord, apiKeyKey } from "./api-key-record.ts";
import { type ApiKeyParts, authorOf, requireApiKey, TOO_MUCH } from "./api-keys.ts";
import { type Acting, isWithin } from "./may-give.ts";
import { type CreatedApiKey, presentApiKey } from "./shown-api-key.ts";

const DAY_SECONDS = 24 * 60 * 60;

/** How an API key gets a new secret. */
export const RotateApiKey = z.strictObject({
  /** For how long the old secret stays good beside the new one; 0 ends it at once. */
  graceSeconds: z
    .int()
    .min(0)
    .max(30 * DAY_SECONDS)
    .default(DAY_SECONDS),
});
export type RotateApiKey = z.output<typeof RotateApiKey>;

type RotateParts = ApiKeyParts & { readonly random: RandomBytes };

/**
 * Gives an API key a new secret, which may do what the old one may, until the same instant. Who may do
 * less than the key does not get to see it. A secret from before an earlier rotation ends.
 *
 * @throws {Failure} `not_found`, `forbidden`, `store_unavailable`
 */
export async function rotateApiKey(
  parts: RotateParts,
  caller: Acting,
  wanted: Wanted,
): Promise<CreatedApiKey> {
  return parts.knownKeys.changing(() => replaceSecret(parts, caller, wanted));
}

type Wanted = RotateApiKey & { readonly keyId: string };

async function replaceSecret(
  { random, ...parts }: RotateParts,
  caller: Acting,
  { keyId, graceSeconds }: Wanted,
): Promise<CreatedApiKey> {
  const { store, clock, rootSecret } = parts;
  const { secret } = newApiKey(keyId, random);
  const hash = hashApiKey(rootSecret.derive("pepper"), secret);
  const at = apiKeyKey(keyId);
  const entry = { ...authorOf(caller), action: "api_key.rotated", subject: { keyId } };
  for (;;) {
    const { value: before, version } = await requireApiKey(parts, caller, keyId);
    if (!isWithin(caller, before)) throw new Failure("forbidden", TOO_MUCH);
    // This very request has done it before a crash.
    if (before.hash === hash) return rotated(before);
    const previous = { hash: before.hash, until: clock.now() + graceSeconds * 1000 };
    const value = { ...before, hash, previous: graceSeconds > 0 ? previous : null };
    const own: Change = { guards: [{ key: at, version }], writes: [{ key: at, value }] };
    if (await store.commit(joined(own, await auditing(parts, entry)))) return rotated(value);
  }

  async function rotated(record: ApiKeyRecord): Promise<CreatedApiKey> {
    return { ...(await presentApiKey(parts, record)), apiKey: secret };
  }
}
