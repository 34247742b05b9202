import { expect, it } from "vitest";
import { preferredLanguage } from "./language.ts";

it.each([
  [undefined, "en"],
  ["", "en"],
  ["es", "es"],
  ["pt-BR,pt;q=0.9,en;q=0.8", "pt"],
  ["ES-mx", "es"],
  ["en;q=0.2, es;q=0.7", "es"],
  ["de, fr;q=0.9", "en"],
  ["de, pt;q=0.1", "pt"],
  ["*, es;q=0.5", "en"],
  ["es;q=0, pt;q=0.1", "pt"],
  ["es;q=nonsense, pt;q=0.1", "pt"],
  [";;;,,q=", "en"],
])("who accepts %j reads %s", (header, language) => {
  expect(preferredLanguage(header, ["en", "es", "pt"])).toBe(language);
});
