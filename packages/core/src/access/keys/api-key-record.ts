import { type Index, openIndex, type Place } from "../../store/index-pages.ts";
import { key } from "../../store/key.ts";
import type { Store } from "../../store/store.ts";
import type { Rights } from "./may-give.ts";

/** An API key as it is stored: never the key itself. */
export interface ApiKeyRecord extends Rights {
  readonly keyId: string;
  readonly organizationId: string;
  readonly name: string;
  /** Keyed hash of the whole key. */
  readonly hash: string;
  /** The secret before the last rotation, good until `until`. */
  readonly previous: { readonly hash: string; readonly until: number } | null;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** In the index of its organization. */
  readonly place: Place;
}

export function apiKeyKey(keyId: string): string {
  return key("key", keyId);
}

/** Where it is noted when a key was used last, apart from what it may. */
export function apiKeyUseKey(keyId: string): string {
  return key("key-use", keyId);
}

/** The API keys of an organization. */
export function apiKeyIndex(store: Store, organizationId: string): Index {
  return openIndex(store, "keys", organizationId);
}
