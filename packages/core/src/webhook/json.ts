import { foldDeep } from "./fold-deep.ts";

/** What a body says, or, where it is no JSON, the text it holds. */
export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly text: string };

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });
const lossyUtf8 = new TextDecoder("utf-8");

const INTEGER = /^-?\d+$/;

/**
 * Reads a body as JSON without losing digits: an integer beyond 2^53 becomes the string of its digits
 * (Meta's template ids are such numbers). Levels below the 64th become strings of their JSON.
 *
 * Never throws. Bytes that are not UTF-8 or not JSON are returned as text, with U+FFFD for what could
 * not be decoded.
 */
export function readJson(bytes: Uint8Array): JsonReading {
  try {
    const { text, hasLongNumber } = foldDeep(strictUtf8.decode(bytes));
    const value = hasLongNumber ? JSON.parse(text, keepDigits) : JSON.parse(text);
    return { ok: true, value };
  } catch {
    return { ok: false, text: lossyUtf8.decode(bytes) };
  }
}

/** The third argument is what the engine read; TypeScript's library does not know it yet. */
function keepDigits(_name: string, value: unknown, context?: { readonly source?: string }) {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && INTEGER.test(source) ? source : value;
}
