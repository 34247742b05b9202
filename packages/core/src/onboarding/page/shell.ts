import { randomBytes } from "node:crypto";
import { renderPage } from "@wabakit/pages";
import type { App } from "../../app.ts";
import { preferredLanguage } from "../../http/language.ts";
import type { HttpRequest, HttpResponse } from "../../http/message.ts";

const NONCE_BYTES = 16;

/** The pages that are one shell with a script in it. */
export type ShellKind = "onboard" | "sdk";

/**
 * The shell of a page, the same for everybody: what it is of stands behind the `#` of its address, and
 * its script asks. No other site may frame it, and its own opener is cut off, but for the window of the
 * browser SDK, which has to answer the page that opened it.
 */
export function renderShell(
  { metaApps, publicUrl }: Pick<App, "metaApps" | "publicUrl">,
  { headers }: Pick<HttpRequest, "headers">,
  kind: ShellKind,
): HttpResponse {
  const nonce = randomBytes(NONCE_BYTES).toString("base64");
  const language = preferredLanguage(headers["accept-language"], ["en", "es", "pt"]);
  const sources = [...new Set(metaApps.configured.flatMap(({ login }) => login.sources))];
  return {
    status: 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-language": language,
      "content-security-policy": policyOf({ nonce, sources, publicUrl }),
      "cross-origin-opener-policy": kind === "sdk" ? "unsafe-none" : "same-origin-allow-popups",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "x-robots-tag": "noindex, nofollow",
    },
    body: Buffer.from(renderPage({ kind, nonce, language })),
  };
}

interface PolicyInput {
  readonly nonce: string;
  /** Meta's. */
  readonly sources: readonly string[];
  readonly publicUrl: string;
}

function policyOf({ nonce, sources, publicUrl }: PolicyInput): string {
  const meta = sources.join(" ");
  const images = publicUrl.startsWith("https:") ? "https: data:" : "https: http: data:";
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' ${meta}`,
    `style-src 'nonce-${nonce}'`,
    `img-src ${images}`,
    `connect-src 'self' ${meta}`,
    `frame-src ${meta}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
