import type { Html } from "./html.ts";

/** An answer for a browser, next to the Graph API's JSON. */
export interface WebAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A whole page; never in a frame, as Meta's. */
export function page(body: Html, status = 200): WebAnswer {
  const head =
    '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Facebook (fake)</title>';
  return {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "x-frame-options": "DENY",
    },
    text: `${head}<body>${body.markup}</body></html>`,
  };
}

/** Sends the browser elsewhere. */
export function redirect(location: string): WebAnswer {
  return { status: 302, headers: { location, "cache-control": "no-store" }, text: "" };
}

/** Data for a page's own script. */
export function data(value: unknown): WebAnswer {
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  return { status: 200, headers, text: JSON.stringify(value) };
}
