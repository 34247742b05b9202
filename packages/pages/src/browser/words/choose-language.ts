import { en } from "./en.ts";
import { es } from "./es.ts";
import { pt } from "./pt.ts";
import type { Words } from "./words.ts";

/** The languages of the pages. */
export const WORDS = { en, es, pt } as const satisfies Record<string, Words>;

export type Language = keyof typeof WORDS;

/**
 * The first language that the pages speak; English if it is none.
 *
 * @param wished Language tags such as `pt-BR`, the most wanted first; `null` is no wish.
 */
export function chooseLanguage(wished: readonly (string | null)[]): Language {
  const languages = wished.map((tag) => tag?.toLowerCase().split("-")[0]);
  return languages.find(isLanguage) ?? "en";
}

function isLanguage(language: string | undefined): language is Language {
  return language !== undefined && Object.hasOwn(WORDS, language);
}
