/** Deeper nesting than any update of Meta has; far less than what overflows a recursive reader. */
const DEEPEST_LEVEL = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
/** From here on a double may not hold them all. */
const LONG_DIGITS = 16;

/** How each character of JSON changes the level, outside of strings. */
const STEPS: ReadonlyMap<string, number> = new Map([
  ["[", 1],
  ["{", 1],
  ["]", -1],
  ["}", -1],
]);
const stepByCode = Int8Array.from({ length: 128 }, (_, code) => {
  return STEPS.get(String.fromCharCode(code)) ?? 0;
});

interface Part {
  readonly start: number;
  readonly end: number;
}

/** JSON that is safe for recursive readers. */
export interface Folded {
  readonly text: string;
  /** A number in it may have more digits than a double holds. */
  readonly hasLongNumber: boolean;
}

/**
 * Makes JSON safe for recursive readers before it is parsed: arrays and objects below level 64 are
 * replaced by strings of their own text. So nothing is lost, and what stands beside them stays
 * readable. Whether such a part is JSON itself is not looked at.
 */
export function foldDeep(text: string): Folded {
  const { parts, hasLongNumber } = scan(text);
  let folded = "";
  let end = 0;
  for (const part of parts) {
    folded += text.slice(end, part.start) + JSON.stringify(text.slice(part.start, part.end));
    end = part.end;
  }
  return { text: folded + text.slice(end), hasLongNumber };
}

/** Goes once over what is outside of strings. */
function scan(text: string): { readonly parts: readonly Part[]; readonly hasLongNumber: boolean } {
  const parts: Part[] = [];
  let hasLongNumber = false;
  let level = 0;
  let start = 0;
  let digits = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = closingQuote(text, at);
    digits = code >= DIGIT_0 && code <= DIGIT_9 ? digits + 1 : 0;
    if (digits === LONG_DIGITS) hasLongNumber = true;
    const step = stepByCode[code] ?? 0;
    level += step;
    if (step === 1 && level === DEEPEST_LEVEL + 1) start = at;
    if (step === -1 && level === DEEPEST_LEVEL) parts.push({ start, end: at + 1 });
  }
  return { parts, hasLongNumber };
}

/** Looks for quotes natively: most of a body is text. */
function closingQuote(text: string, openingQuote: number): number {
  let at = text.indexOf('"', openingQuote + 1);
  while (at !== -1 && isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at === -1 ? text.length : at;
}

/** A quote after an odd number of backslashes. */
function isEscaped(text: string, quote: number): boolean {
  let at = quote - 1;
  while (text.charCodeAt(at) === BACKSLASH) at -= 1;
  return (quote - at) % 2 === 0;
}
