/** Crockford's digits in lower case: no `i`, `l`, `o`, `u`, which are misread or spell words. */
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
const BITS_PER_DIGIT = 5;

const VALUES: ReadonlyMap<string, number> = new Map(
  Array.from(DIGITS, (digit, value) => [digit, value]),
);

/**
 * Writes bytes as one big-endian number in lower-case Crockford base32
 * (https://www.crockford.com/base32.html), `ceil(8 × bytes / 5)` digits, zeros filled in front.
 */
export function encodeBase32(bytes: Uint8Array): string {
  let text = "";
  let pending = 0;
  let pendingBits = paddingBits(bytes.length);
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    pendingBits += 8;
    while (pendingBits >= BITS_PER_DIGIT) {
      pendingBits -= BITS_PER_DIGIT;
      text += DIGITS.charAt(pending >>> pendingBits);
      pending &= (1 << pendingBits) - 1;
    }
  }
  return text;
}

/**
 * Reads what `encodeBase32` wrote. Every value has exactly one spelling: upper case, `i l o u`,
 * separators, a length or a first digit the encoder cannot produce are `undefined`.
 */
export function decodeBase32(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Math.floor((text.length * BITS_PER_DIGIT) / 8));
  if (text.length !== digitCount(bytes.length) || !firstDigitFits(text, bytes.length)) {
    return undefined;
  }
  let at = 0;
  let pending = 0;
  let pendingBits = -paddingBits(bytes.length);
  for (const digit of text) {
    const value = VALUES.get(digit);
    if (value === undefined) return undefined;
    pending = (pending << BITS_PER_DIGIT) | value;
    pendingBits += BITS_PER_DIGIT;
    if (pendingBits < 8) continue;
    pendingBits -= 8;
    bytes[at++] = pending >>> pendingBits;
    pending &= (1 << pendingBits) - 1;
  }
  return bytes;
}

function digitCount(byteCount: number): number {
  return Math.ceil((byteCount * 8) / BITS_PER_DIGIT);
}

/** How many leading bits of the first digit lie above the number and are zero. */
function paddingBits(byteCount: number): number {
  return digitCount(byteCount) * BITS_PER_DIGIT - byteCount * 8;
}

function firstDigitFits(text: string, byteCount: number): boolean {
  const first = VALUES.get(text.charAt(0)) ?? 0;
  return first >> (BITS_PER_DIGIT - paddingBits(byteCount)) === 0;
}
