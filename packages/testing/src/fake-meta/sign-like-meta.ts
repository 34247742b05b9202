import { createHmac } from "node:crypto";

/** The two signature headers of a notification. */
export interface SignatureHeaders {
  readonly "x-hub-signature-256": string;
  /** Legacy; nobody should rely on it, and nobody should trip over it. */
  readonly "x-hub-signature": string;
}

/** Signs the exact bytes of a body with the secret of the app that owns the subscription. */
export function signLikeMeta(bytes: Uint8Array, appSecret: string): SignatureHeaders {
  const hmac = (algorithm: string) =>
    `${algorithm}=${createHmac(algorithm, appSecret).update(bytes).digest("hex")}`;
  return { "x-hub-signature-256": hmac("sha256"), "x-hub-signature": hmac("sha1") };
}
