import { readJson } from "./json.ts";

/** A stretch of bytes: `end` is the first one behind it. */
export interface Slice {
  readonly start: number;
  readonly end: number;
}

/** A member of an object: its name as it reads, and where it and its value stand. */
export interface Member extends Slice {
  readonly name: string;
  readonly value: Slice;
}

const code = (character: string) => character.charCodeAt(0);
const QUOTE = code('"');
const BACKSLASH = code("\\");
const COMMA = code(",");
const COLON = code(":");
const OPENING_LIST = code("[");

const SPACE: ReadonlySet<number | undefined> = new Set([..." \t\r\n"].map(code));
const ENDS_SCALAR: ReadonlySet<number | undefined> = new Set([...' \t\r\n,:[]{}"'].map(code));
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** How a byte changes the level, outside of strings. */
const STEPS = Int8Array.from({ length: 256 }, (_, byte) => {
  if (byte === code("[") || byte === code("{")) return 1;
  return byte === code("]") || byte === code("}") ? -1 : 0;
});

/*
 * Where things stand in JSON that was read before: nothing is checked again. On other bytes what comes out
 * has no meaning, but it comes: nothing throws, recurses or looks beyond the end, however deep it goes.
 */

/** The value that the bytes hold. */
export function wholeValue(bytes: Uint8Array): Slice {
  const marked = BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte);
  return valueAt(bytes, marked ? BYTE_ORDER_MARK.length : 0);
}

/** The members of an object, in their order; a name may come several times. */
export function membersOf(bytes: Uint8Array, object: Slice): readonly Member[] {
  const members: Member[] = [];
  let at = afterSpace(bytes, object.start + 1);
  while (at < object.end && bytes[at] === QUOTE) {
    const endOfName = endOfValue(bytes, at);
    const colon = afterSpace(bytes, endOfName);
    const value = valueAt(bytes, bytes[colon] === COLON ? colon + 1 : colon);
    members.push({ name: nameIn(bytes.subarray(at, endOfName)), start: at, end: value.end, value });
    at = afterComma(bytes, value.end);
  }
  return members;
}

/** The elements of a list; of anything else itself, as the only one. */
export function elementsOf(bytes: Uint8Array, list: Slice): readonly Slice[] {
  if (bytes[list.start] !== OPENING_LIST) return [list];
  const elements: Slice[] = [];
  let at = afterSpace(bytes, list.start + 1);
  while (at < list.end - 1) {
    const element = valueAt(bytes, at);
    elements.push(element);
    at = afterComma(bytes, element.end);
  }
  return elements;
}

function nameIn(quoted: Uint8Array): string {
  const reading = readJson(quoted);
  return String(reading.ok ? reading.value : reading.text);
}

function valueAt(bytes: Uint8Array, from: number): Slice {
  const start = afterSpace(bytes, from);
  return { start, end: endOfValue(bytes, start) };
}

function afterSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (SPACE.has(bytes[at])) at += 1;
  return at;
}

/** Behind the comma that comes next, and always at least one byte further. */
function afterComma(bytes: Uint8Array, from: number): number {
  const at = afterSpace(bytes, from);
  return afterSpace(bytes, bytes[at] === COMMA ? at + 1 : bytes.length);
}

function endOfValue(bytes: Uint8Array, start: number): number {
  const first = bytes[start] ?? 0;
  if (first === QUOTE) return endOfString(bytes, start);
  if (STEPS[first] === 1) return endOfNested(bytes, start);
  let at = start;
  while (at < bytes.length && !ENDS_SCALAR.has(bytes[at])) at += 1;
  return at;
}

function endOfString(bytes: Uint8Array, openingQuote: number): number {
  let at = openingQuote + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return Math.min(at + 1, bytes.length);
}

function endOfNested(bytes: Uint8Array, start: number): number {
  let level = 0;
  let at = start;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    level += STEPS[byte] ?? 0;
    at = byte === QUOTE ? endOfString(bytes, at) : at + 1;
    if (level === 0) return at;
  }
  return bytes.length;
}
