import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { escapeHtml, htmlPage } from "./html-page.ts";

const page = htmlPage({
  status: 410,
  language: "es",
  title: "<Hola> & 'adiós'",
  content: "<p>…</p>",
});
const html = Buffer.from(page.body as Uint8Array).toString();
const policy = page.headers["content-security-policy"] ?? "";

describe("a page", () => {
  it("says in which language it is, and fits a phone", () => {
    expect(page).toMatchObject({ status: 410, headers: { "content-language": "es" } });
    expect(html).toContain('<html lang="es">');
    expect(html).toContain('name="viewport" content="width=device-width, initial-scale=1"');
  });

  it("allows its own style and no script, no frame and no form to elsewhere", () => {
    const style = /<style>(.*)<\/style>/.exec(html)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    expect(policy.split("; ")).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${hash}'`,
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  it("leaves no trace of its address, in caches, referrers and search engines", () => {
    expect(page.headers).toMatchObject({
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "x-robots-tag": "noindex, nofollow",
    });
  });

  it("shows a title as the text it is", () => {
    expect(html).toContain("<h1>&lt;Hola&gt; &amp; &#39;adiós&#39;</h1>");
  });
});

it("escapes what could end a text or an attribute", () => {
  expect(escapeHtml(`<a href="x" id='y'>&amp;`)).toBe(
    "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;",
  );
});
