import { z } from "zod";

const MAX_URL_CHARACTERS = 2_048;
const LOCAL_HOSTS = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/** Where a browser may be sent to: scheme, host and port, and a path in which `*` is any text. */
export const RedirectUrl = z
  .string()
  .max(MAX_URL_CHARACTERS)
  .refine(
    isRedirectPattern,
    "must be an https URL, e.g. https://app.example.com/done/*, with no * outside of its path",
  );

function isRedirectPattern(text: string): boolean {
  const url = URL.parse(text);
  if (!url || url.username || url.password || url.hash || url.search) return false;
  const isLocal = url.protocol === "http:" && LOCAL_HOSTS.test(url.hostname);
  return (url.protocol === "https:" || isLocal) && !url.host.includes("*");
}

/**
 * Reads a URL that a browser is to be sent to. It is compared as browsers read it, so that no dot
 * segment, backslash or escape leads past the list; its query is the caller's own.
 *
 * @param allowed Patterns as `RedirectUrl`.
 * @returns Its normal form, `undefined` where no pattern allows it.
 */
export function readRedirectUrl(text: string, allowed: readonly string[]): string | undefined {
  const url = URL.parse(text);
  if (!url || /[\s\p{Cc}]/u.test(text) || url.username || url.password) return undefined;
  return allowed.some((pattern) => matches(new URL(pattern), url)) ? url.href : undefined;
}

function matches(pattern: URL, { origin, pathname }: URL): boolean {
  return pattern.origin === origin && fits(pattern.pathname.split("*"), pathname);
}

/** Whether the parts stand in a path one after the other, the first at its start and the last at its end. */
function fits([first = "", ...others]: readonly string[], path: string): boolean {
  const last = others.pop();
  if (last === undefined) return path === first;
  let at = first.length;
  for (const part of others) {
    const found = path.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return path.startsWith(first) && path.endsWith(last) && path.length - last.length >= at;
}
