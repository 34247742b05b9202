import type { JsonObject } from "./lenient.ts";

/** What one POST of Meta holds, in its order. */
export interface Notification {
  readonly items: readonly Item[];
  /** The same items, by the elements of the body they were read from. */
  readonly changes: readonly PlacedChange[];
}

/** Where an element of `changes[]` stands in a body. */
export interface ChangePlace {
  /** Its entry, counted from 0. */
  readonly entry: number;
  /** Counted from 0 within its entry; `undefined` where the whole entry is meant. */
  readonly change: number | undefined;
}

/** An element of a body's `changes[]`, with its items, all about the same; an entry without any has none. */
export interface PlacedChange extends ChangePlace {
  readonly items: readonly Item[];
}

/**
 * One update, with all that is needed to route, deduplicate and present it. Everything Meta wrote is
 * kept as it came, except that integers beyond 2^53 are strings of their digits and that nesting
 * below level 64 is text.
 */
export interface Item {
  /** The WABA an update speaks of; for `partner_solutions` Meta puts a business portfolio here. */
  readonly wabaId: string | undefined;
  readonly phoneNumberId: string | undefined;
  /** Digits as Meta writes them; for `phone_number_*` the only hint at the number. */
  readonly displayPhoneNumber: string | undefined;
  /** `entry.id`, which is not always the WABA. */
  readonly entryId: string | undefined;
  /** `entry.time` in seconds since the epoch. Fields like `messages` have none. */
  readonly entryTime: number | undefined;
  /** Meta's field in its current spelling; `unknown` where it has none, `unparsable` for no JSON. */
  readonly field: string;
  /** `message`, `status` or `error` for a part of a `messages` value, else the field. */
  readonly kind: string;
  /** The id Meta gave a message or status, where it gave one. */
  readonly id: string | undefined;
  /** The message, the status, the error; for every other field its whole value. */
  readonly value: unknown;
  /** The contact of the value that belongs to this message or status, as Meta wrote it. */
  readonly contact: JsonObject | undefined;
  /**
   * What stood beside the lists of a `messages` value and belongs to this part of it: metadata and its
   * contact. The first part also carries names we do not know and contacts nobody claimed, once.
   */
  readonly shared: JsonObject;
}
