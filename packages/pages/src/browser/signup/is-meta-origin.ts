const ANY_OF_META = "https://*.facebook.com";
const META = /^https:\/\/([a-z0-9-]+\.)*facebook\.com$/;

/**
 * Whether a message may be Meta's. Meta's own sample asks whether the origin ends in `facebook.com`,
 * as `https://evilfacebook.com` does.
 *
 * @param origin As the browser states it: lower case, without path.
 * @param allowed Exact origins, or `https://*.facebook.com`: that host and whatever is below it.
 */
export function isMetaOrigin(origin: string, allowed: readonly string[]): boolean {
  return allowed.some((entry) => (entry === ANY_OF_META ? META.test(origin) : entry === origin));
}
