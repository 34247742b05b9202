import { hkdfSync } from "node:crypto";
import type { RandomBytes } from "./random-bytes.ts";

/**
 * Bytes that nobody can guess without the seed, and that come again, in the same order, from the same
 * seed. A draw is at most 8,160 bytes (HKDF-SHA-256).
 *
 * @param seed 32 random bytes.
 */
export function seededRandom(seed: Uint8Array): RandomBytes {
  let draws = 0;
  return (sizeBytes) => {
    draws += 1;
    return new Uint8Array(hkdfSync("sha256", seed, "", `wabakit/v1/draw/${draws}`, sizeBytes));
  };
}
