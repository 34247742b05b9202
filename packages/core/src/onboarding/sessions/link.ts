import type { App } from "../../app.ts";
import { keyedHash } from "../../crypto/keyed-hash.ts";
import type { RandomBytes } from "../../crypto/random-bytes.ts";
import type { Change, Store } from "../../store/store.ts";
import { linkKey, readSession, type Session } from "./session.ts";

const TOKEN_BYTES = 32;
const TOKEN = /^[\w-]{43}$/;

/** Where a link leads: to a session of this id. */
interface LinkRecord {
  readonly sessionId: string;
}

/** Something that only has to be recognised, and is stored as its keyed hash. */
export interface Recognised {
  /** 256 bits in base64url. */
  readonly token: string;
  readonly hash: string;
}

/** Makes a token of 256 bits. */
export function newToken({ rootSecret }: Pick<App, "rootSecret">, random: RandomBytes): Recognised {
  const token = Buffer.from(random(TOKEN_BYTES)).toString("base64url");
  return { token, hash: hashToken({ rootSecret }, token) };
}

/** How a token is stored, and found. */
export function hashToken({ rootSecret }: Pick<App, "rootSecret">, token: string): string {
  return keyedHash(rootSecret.derive("link"), token);
}

/**
 * The page behind a link. Its token stands behind a `#`, so that it reaches no server but in the body
 * of the page's own requests: no log, no `Referer`, and whoever only opens it sends nothing.
 */
export function linkUrl({ pagesUrl }: Pick<App, "pagesUrl">, token: string): string {
  return `${pagesUrl}/onboard#${token}`;
}

/** The change that makes a link lead to a session, and the one before lead nowhere. */
export function linking({ sessionId }: Pick<Session, "sessionId">, links: Links): Change {
  const value: LinkRecord = { sessionId };
  const former = links.before === null ? [] : [{ key: linkKey(links.before), value: undefined }];
  return { guards: [], writes: [...former, { key: linkKey(links.now), value }] };
}

/** Keyed hashes of two links, of which the newer one takes the place of the other. */
export interface Links {
  readonly before: string | null;
  readonly now: string;
}

/** The session a link leads to. @returns `undefined` for a link that is none, or none any more. */
export async function findByLink(
  { store, rootSecret }: Pick<App, "rootSecret"> & { readonly store: Store },
  token: string,
): Promise<Session | undefined> {
  if (!TOKEN.test(token)) return undefined;
  const link = await store.get<LinkRecord>(linkKey(hashToken({ rootSecret }, token)));
  return link && (await readSession(store, link.value.sessionId))?.value;
}
