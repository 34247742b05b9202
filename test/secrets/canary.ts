import { isUtf8 } from "node:buffer";
import { zstdDecompressSync } from "node:zlib";

/** Something that must not be found. */
export interface Canary {
  readonly name: string;
  readonly text: string;
  /** What the text stands for, where it is an encoding itself. */
  readonly bytes?: Uint8Array;
}

/** A way to write a secret, as bytes to look for. */
export interface Spelling {
  readonly name: string;
  readonly bytes: Buffer;
}

/** How deep a text may stand in JSON in JSON. */
const JSON_DEPTH = 3;
/** What a block of zstd begins with, in base64. */
const ZSTD = /KLUv\/[\w+/=-]{8,}/g;

/** Every way a canary may be written: text or bytes, in each usual alphabet, escaped or not. */
export function spellingsOf({ text, bytes }: Canary): readonly Spelling[] {
  const plain = [
    ...encodings("text", Buffer.from(text)),
    ...(bytes ? encodings("bytes", Buffer.from(bytes)) : []),
    ...escapes(text),
  ];
  const all = [...plain, ...plain.flatMap(inJson)];
  return all.filter(
    ({ bytes: own }, index) => index === all.findIndex((one) => one.bytes.equals(own)),
  );
}

/** The names of the canaries found, with the spelling; compressed blocks are looked into. */
export function findCanaries(canaries: readonly Canary[], where: Buffer | string): string[] {
  const bytes = Buffer.from(where);
  const places = [bytes, ...unpacked(bytes)];
  return canaries.flatMap((canary) =>
    spellingsOf(canary)
      .filter((spelling) => places.some((place) => place.includes(spelling.bytes)))
      .map((spelling) => `${canary.name} as ${spelling.name}`),
  );
}

function encodings(of: string, bytes: Buffer): readonly Spelling[] {
  const hex = bytes.toString("hex");
  return [
    { name: of, bytes },
    spelling(`${of} in hex`, hex),
    spelling(`${of} in upper-case hex`, hex.toUpperCase()),
    ...[0, 1, 2].flatMap((offset) => [
      spelling(`${of} in base64, ${offset} bytes into it`, within("base64", bytes, offset)),
      spelling(`${of} in base64url, ${offset} bytes into it`, within("base64url", bytes, offset)),
    ]),
  ];
}

/** The characters that the bytes alone decide when they stand behind `offset` others. */
function within(encoding: "base64" | "base64url", bytes: Buffer, offset: number): string {
  const whole = Buffer.concat([Buffer.alloc(offset), bytes]);
  const [first, end] = [Math.ceil((offset * 8) / 6), Math.floor((whole.length * 8) / 6)];
  return whole.toString(encoding).slice(first, end);
}

function escapes(text: string): readonly Spelling[] {
  const url = encodeURIComponent(text);
  const lowerCase = url.replaceAll(/%../g, (escaped) => escaped.toLowerCase());
  return [
    spelling("text with escaped slashes", text.replaceAll("/", "\\/")),
    spelling("URL-encoded", url),
    spelling("URL-encoded in lower case", lowerCase),
    spelling("form-encoded", new URLSearchParams([[text, ""]]).toString().slice(0, -1)),
  ];
}

/** Bytes that are no text do not stand in JSON. */
function inJson({ name, bytes }: Spelling): readonly Spelling[] {
  if (!isUtf8(bytes)) return [];
  let text = bytes.toString();
  return Array.from({ length: JSON_DEPTH }, (_, index) => {
    text = JSON.stringify(text).slice(1, -1);
    return spelling(`${name}, ${index + 1} deep in JSON`, text);
  });
}

function spelling(name: string, text: string): Spelling {
  return { name, bytes: Buffer.from(text) };
}

function unpacked(bytes: Buffer): readonly Buffer[] {
  const blocks = bytes.toString("latin1").match(ZSTD) ?? [];
  return blocks.flatMap((block) => {
    try {
      return [zstdDecompressSync(Buffer.from(block, "base64"))];
    } catch {
      // A SQLite page may end in the middle of it; its row has the whole.
      return [];
    }
  });
}
