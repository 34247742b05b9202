const REDACTED = "[redacted]";

/** Shorter secrets would blank out ordinary words, and protect nothing anyway. */
const SHORTEST_SECRET = 4;

/** Meta's access tokens, whoever they belong to. */
const ACCESS_TOKEN = /EAA[\w-]{8,}/g;

/** A run of characters that may be a piece of a secret: Meta shortens tokens in some messages. */
const FRAGMENT = /[\w-]{12,}/g;

/**
 * Takes secrets out of a text that somebody else wrote: as they are, percent-encoded, and any piece
 * of 12 or more characters; also everything that has the shape of an access token.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const known = secrets.filter((secret) => secret.length >= SHORTEST_SECRET);
  let clean = text;
  for (const secret of known) {
    clean = clean.replaceAll(secret, REDACTED).replaceAll(percentEncoded(secret), REDACTED);
  }
  return clean
    .replace(ACCESS_TOKEN, REDACTED)
    .replace(FRAGMENT, (piece) => (isPieceOf(known, piece) ? REDACTED : piece));
}

/** An app token starts with the app's id, which is no secret and often what a message is about. */
function isPieceOf(secrets: readonly string[], piece: string): boolean {
  return !/^\d+$/.test(piece) && secrets.some((secret) => secret.includes(piece));
}

function percentEncoded(secret: string): string {
  return encodeURIComponent(secret.toWellFormed());
}
