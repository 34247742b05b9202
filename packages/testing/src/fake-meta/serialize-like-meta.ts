/** Characters Meta escapes although JSON does not ask for it, next to everything beyond ASCII. */
const ESCAPES: Readonly<Record<string, string>> = {
  "/": "\\/",
  "<": "\\u003C",
  "%": "\\u0025",
  "@": "\\u0040",
};

/** The four above and everything beyond ASCII; control characters JSON has escaped already. */
const TO_ESCAPE = /[/<%@\u0080-\uffff]/g;

/**
 * The bytes Meta transmits and signs: JSON without spaces, non-ASCII as `\uXXXX` with lower-case
 * digits, `/` `<` `%` `@` escaped (graph-api/webhooks/getting-started, older revisions).
 */
export function serializeLikeMeta(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value).replace(TO_ESCAPE, escaped), "ascii");
}

function escaped(character: string): string {
  const named = ESCAPES[character];
  return named ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
