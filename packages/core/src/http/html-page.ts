import { createHash } from "node:crypto";
import type { HttpResponse } from "./message.ts";

const STYLE = [
  "body{margin:0;background:#f4f5f4;color:#1c211f;font:1.0625rem/1.5 system-ui,sans-serif}",
  "main{max-width:28rem;margin:0 auto;padding:2.5rem 1.25rem}",
  "h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem}",
  "p{margin:0 0 1rem;overflow-wrap:anywhere}",
  "button{width:100%;padding:1rem;border:0;border-radius:.5rem;background:#0b6b50;color:#fff;font:inherit;font-weight:600}",
  "button:focus-visible{outline:3px solid #1c211f;outline-offset:2px}",
].join("");

const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The address of such a page is a secret, and what it shows is for one reader. */
const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": POLICY,
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "x-robots-tag": "noindex, nofollow",
} as const;

/** A page for people. */
export interface Page {
  readonly status: number;
  /** A language tag, e.g. `en`. */
  readonly language: string;
  /** Text, not HTML. */
  readonly title: string;
  /** HTML: whatever of it came from outside is escaped. */
  readonly content: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A page without scripts, which no other site may frame and no search engine should list.
 */
export function htmlPage({ status, language, title, content, headers }: Page): HttpResponse {
  const html = `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body><main><h1>${escapeHtml(title)}</h1>${content}</main></body>
</html>
`;
  const all = { ...HEADERS, "content-language": language, ...headers };
  return { status, headers: all, body: Buffer.from(html) };
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as it may stand in HTML, also between quotes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
