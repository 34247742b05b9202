import { inlineScript, inlineStyle } from "./inline.ts";
import { readAssets } from "./read-assets.ts";

/** Which page, for whom. */
export interface PageRequest {
  /** `onboard`: where a tenant's link leads. `sdk`: the window that the browser SDK opens. */
  readonly kind: "onboard" | "sdk";
  /** The one that the answer's Content-Security-Policy allows for scripts and styles. */
  readonly nonce: string;
  /**
   * A language tag, e.g. `pt-BR`. Only for what is shown before the script runs, or without it: the
   * script asks the session and the browser.
   */
  readonly language: string;
}

const NEEDS_SCRIPT: Readonly<Record<string, string>> = {
  en: "This page needs JavaScript. Please switch it on and load the page again.",
  es: "Esta página necesita JavaScript. Actívalo y vuelve a cargar la página.",
  pt: "Esta página precisa de JavaScript. Ative-o e recarregue a página.",
};

/** Beside `src` and beside the compiled `dist/render-page.js` alike. */
const BUILT = new URL("../dist/browser/", import.meta.url);

let assets: ReturnType<typeof readAssets> | undefined;

/**
 * A page as one HTML document: script and style are in it, so that nothing else has to be served. The
 * headers, above all the policy that names the nonce, are the caller's.
 *
 * @throws {Error} When the browser's part has not been built.
 */
export function renderPage({ kind, nonce, language }: PageRequest): string {
  assets ??= readAssets(BUILT);
  const spoken = language.toLowerCase().split("-")[0] ?? "";
  const isSpoken = Object.hasOwn(NEEDS_SCRIPT, spoken);
  const guard = `nonce="${escapeQuoted(nonce)}"`;
  return `<!doctype html>
<html lang="${isSpoken ? spoken : "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light only">
<meta name="robots" content="noindex, nofollow">
<title>WhatsApp</title>
<link rel="icon" href="data:,">
<style ${guard}>${inlineStyle(assets.style)}</style>
</head>
<body>
<noscript>${NEEDS_SCRIPT[isSpoken ? spoken : "en"]}</noscript>
<div data-page="${kind}"></div>
<script ${guard}>${inlineScript(assets.script)}</script>
</body>
</html>
`;
}

function escapeQuoted(text: string): string {
  return text.replaceAll(/[&"<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
