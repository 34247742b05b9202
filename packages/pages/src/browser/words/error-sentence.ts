import type { ErrorCategory, Words } from "./words.ts";

/** What a failure is called in front of a person; a general sentence for one that is new. */
export function errorSentence({ errors }: Words, category: string | null): string {
  return errors[category !== null && isKeyOf(errors, category) ? category : "unknown"];
}

function isKeyOf(errors: Words["errors"], category: string): category is ErrorCategory {
  return Object.hasOwn(errors, category);
}
