/** Deeper nesting than any update of Meta has; far less than what overflows a recursive reader. */
const DEEPEST_LEVEL = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

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

/**
 * Makes JSON safe for recursive readers before it is parsed: arrays and objects below level 64 are
 * replaced by strings of their own text. So nothing is lost, and what stands beside them stays
 * readable. Whether such a part is JSON itself is not looked at.
 */
export function foldDeep(text: string): string {
  let folded = "";
  let end = 0;
  for (const part of deepParts(text)) {
    folded += text.slice(end, part.start) + JSON.stringify(text.slice(part.start, part.end));
    end = part.end;
  }
  return folded + text.slice(end);
}

function deepParts(text: string): readonly Part[] {
  const parts: Part[] = [];
  let level = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = closingQuote(text, at);
    const step = stepByCode[code] ?? 0;
    level += step;
    if (step === 1 && level === DEEPEST_LEVEL + 1) start = at;
    if (step === -1 && level === DEEPEST_LEVEL) parts.push({ start, end: at + 1 });
  }
  return parts;
}

function closingQuote(text: string, openingQuote: number): number {
  let at = openingQuote + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) {
    at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  }
  return at;
}
