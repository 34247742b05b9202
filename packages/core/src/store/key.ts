import { createHash } from "node:crypto";

const LONGEST_PART = 64;
/** Adapters cut keys at 255 characters, and some put a namespace in front first. */
const LONGEST_KEY = 230;
const PLAIN = /^[\w.=-]{1,64}$/;

/**
 * Builds a store key. This is the only way keys come into being: every part is encoded, so that no
 * input can reach into another tenant's records, and what is too long is hashed.
 *
 * @example key("conn", "org_1", "a:b") // "conn:org_1:a%3Ab"
 */
export function key(...parts: readonly (string | number)[]): string {
  const text = parts.map(encodePart).join(":");
  return text.length <= LONGEST_KEY ? text : `~~${digest(text)}`;
}

function encodePart(part: string | number): string {
  const text = String(part);
  if (PLAIN.test(text)) return text;

  const encoded = encodeURIComponent(text.toWellFormed()).replaceAll("~", "%7E");
  if (encoded.length <= LONGEST_PART && text.isWellFormed()) return encoded;
  return `~${digest(text)}`;
}

function digest(text: string): string {
  return createHash("sha256").update(text, "utf16le").digest("base64url");
}
