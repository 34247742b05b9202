import { expect, it } from "vitest";
import { chooseLanguage, WORDS } from "./choose-language.ts";
import { errorSentence } from "./error-sentence.ts";

const CATEGORIES = [
  "endpoint_unreachable",
  "endpoint_http_error",
  "challenge_mismatch",
  "verify_token_rejected",
  "timeout",
  "redirect",
  "user_cancelled",
  "session_expired",
  "code_expired",
  "code_used",
  "exchange_ambiguous",
  "token_invalid",
  "missing_permission",
  "waba_not_granted",
  "number_ambiguous",
  "number_missing",
  "waba_conflict",
  "subscribe_refused",
  "override_refused",
  "pin_required",
  "register_refused",
  "meta_unavailable",
];

const languages = Object.entries(WORDS);

/** Every text by its path; a function says something about `Acme`. */
function textsOf(value: unknown, path = ""): readonly (readonly [string, unknown])[] {
  if (typeof value === "function") return [[path, value("Acme")]];
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => textsOf(inner, `${path}.${key}`));
}

it.each(languages)("%s has every text that English has, and no other", (_, words) => {
  const paths = (of: unknown) => textsOf(of).map(([path]) => path);
  expect(paths(words)).toEqual(paths(WORDS.en));
});

it.each(languages)("%s has no empty text, and puts in what it is told", (_, words) => {
  for (const [path, text] of textsOf(words)) expect(text, path).toMatch(/\S/);
  for (const say of Object.values(words)) {
    if (typeof say === "function") expect(say("Acme")).toContain("Acme");
  }
});

it.each(languages)("%s has a sentence of its own for every category", (_, words) => {
  const sentences = CATEGORIES.map((category) => errorSentence(words, category));
  expect(new Set([...sentences, words.errors.unknown]).size).toBe(CATEGORIES.length + 1);
});

it.each(languages.filter(([language]) => language !== "en"))("%s is translated", (_, words) => {
  const english = new Map(textsOf(WORDS.en));
  const same = textsOf(words).filter(([path, text]) => english.get(path) === text);
  expect(same).toEqual([]);
});

it.each([null, "brand_new", "toString", "__proto__"])("a category %j is unknown", (category) => {
  expect(errorSentence(WORDS.en, category)).toBe(WORDS.en.errors.unknown);
});

it.each([
  [["es"], "es"],
  [["pt-BR"], "pt"],
  [["ES-419"], "es"],
  [["fr", "pt-PT", "en"], "pt"],
  [[null, "es-AR"], "es"],
  [["en-GB", "es"], "en"],
  [["fr", "de"], "en"],
  [["constructor"], "en"],
  [[], "en"],
])("whoever wishes for %j reads %s", (wished, expected) => {
  expect(chooseLanguage(wished)).toBe(expected);
});
