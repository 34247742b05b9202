import { HOW_TO_MAKE_A_KEY } from "./ring.ts";

const BASE64 = /^[\w+/-]+={0,2}$/;

/**
 * Reads a ring as an environment variable holds it: base64 or base64url, comma-separated, newest
 * first, white space around a key ignored. How long a key must be is the ring's to say.
 *
 * @throws {Error} Naming every position, counted from 1, that is not base64, and no part of a key.
 */
export function parseSecretKeys(text: string): Uint8Array[] {
  const keys = text.split(",").map((entry) => entry.trim());
  const problems = keys.flatMap((key, index) => problemOf(key, index + 1));
  if (problems.length > 0) throw new Error(`${problems.join(" ")} ${HOW_TO_MAKE_A_KEY}`);
  return keys.map((key) => Buffer.from(key, "base64"));
}

function problemOf(key: string, position: number): readonly string[] {
  if (key === "") return [`secretKeys, position ${position}: empty.`];
  return BASE64.test(key) ? [] : [`secretKeys, position ${position}: not base64.`];
}
