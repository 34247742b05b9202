const REDACTED = "[redacted]";
const LONGEST = 500;

/** What secrets look like, whoever made them. */
const SECRETS: readonly RegExp[] = [
  /\bEAA[\w-]{8,}/g,
  /\b(?:whsec|wk|pk|lnk)_[\w+/=-]{16,}/g,
  /\b(?:bearer|basic)\s+[\w.~+/=-]{8,}/gi,
  /(?<=:\/\/)[^\s/@]+(?=@)/g, // name and password in a URL
  /(?<=\?)[\w.~%+-]+=[^\s"']*/g, // a query
  /\b(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{40,}/gi, // a long piece of randomness
];

/** Phone numbers as people and as Meta write them; longer runs of digits are ids. */
const PHONE_NUMBERS: readonly RegExp[] = [
  /\+\d[\d ().-]{6,}\d/g,
  /(?<![\w.-])\d{8,15}(?!\w|\.\w)/g,
  /\(?\b\d{2,4}\)?[ .-]\d{3,4}[ .-]\d{3,4}\b/g,
];

/** A text that somebody else wrote, without what looks like a secret. */
export function withoutSecrets(text: string): string {
  return SECRETS.reduce((clean, pattern) => clean.replace(pattern, REDACTED), text);
}

/** The same without what looks like a phone number, either. */
export function discreetText(text: string): string {
  const hidden = withoutSecrets(text);
  return PHONE_NUMBERS.reduce((clean, pattern) => clean.replace(pattern, REDACTED), hidden);
}

/** What went wrong, in at most 500 characters: the error's name and its message, discreetly. */
export function describeError(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return discreetText(text).slice(0, LONGEST).toWellFormed();
}
