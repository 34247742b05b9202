import { Script } from "node:vm";
import { expect, it } from "vitest";
import { renderPage } from "./render-page.ts";

const html = renderPage({ kind: "onboard", nonce: "bm9uY2U=", language: "es-AR" });

/** The content of the page's only element of a kind. */
function only(name: string): string {
  const found = [...html.matchAll(new RegExp(`<${name}[ >].*?</${name}>`, "gs"))];
  expect(found).toHaveLength(1);
  return found[0]?.[0] ?? "";
}

it("is one document: its only script and style are in it, and carry the nonce", () => {
  expect(html).toMatch(/^<!doctype html>\n<html lang="es">/);
  expect(only("script")).toMatch(/^<script nonce="bm9uY2U=">/);
  expect(only("style")).toMatch(/^<style nonce="bm9uY2U=">/);
  expect(html).not.toMatch(/ (src|style|on\w+)=/);
  expect([...html.matchAll(/<link[^>]*>/g)].map(([link]) => link)).toEqual([
    '<link rel="icon" href="data:,">',
  ]);
});

it("the script is whole", () => {
  const [, script = ""] = /^<script[^>]*>(.*)<\/script>$/s.exec(only("script")) ?? [];
  expect(() => new Script(script)).not.toThrow();
  expect(script).toContain("wabakit.link");
});

it("fits small screens, and is not for search engines", () => {
  expect(html).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
  expect(html).toContain('<meta name="robots" content="noindex, nofollow">');
});

it("says which page it is", () => {
  expect(html).toContain('<div data-page="onboard">');
  expect(renderPage({ kind: "sdk", nonce: "x", language: "en" })).toContain('data-page="sdk"');
});

it.each([
  ["es-AR", "es", "Esta página necesita JavaScript."],
  ["PT", "pt", "Esta página precisa de JavaScript."],
  ["en", "en", "This page needs JavaScript."],
  ["fr", "en", "This page needs JavaScript."],
  ['"><script>', "en", "This page needs JavaScript."],
  ["constructor", "en", "This page needs JavaScript."],
])("without scripts, %s is spoken to in %s", (language, tag, sentence) => {
  const page = renderPage({ kind: "onboard", nonce: "x", language });
  expect(page).toContain(`<html lang="${tag}">`);
  expect(page).toContain(`<noscript>${sentence}`);
});

it("a nonce cannot leave its attribute", () => {
  const page = renderPage({ kind: "sdk", nonce: '"><img src=x>', language: "en" });
  expect(page).not.toContain("<img src=x>");
});
