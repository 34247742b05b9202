import { hmacSha256 } from "./hmac.ts";

/**
 * How a token that only has to be recognised is stored: 43 characters of base64url from which it
 * cannot be found without the pepper. For random tokens of 128 bits or more; a password needs more.
 */
export function keyedHash(pepper: Uint8Array, text: string): string {
  return hmacSha256(pepper, text).toString("base64url");
}
