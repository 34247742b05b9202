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
  /** What an element of a list is, e.g. `message`, `status`, `call` (see `layouts.ts`); else the field. */
  readonly kind: string;
  /** The id Meta gave a message, a status, a call, where it gave one. */
  readonly id: string | undefined;
  /** The element of a list; else the whole value. */
  readonly value: unknown;
  /** The contact of the value that belongs to this element, as Meta wrote it. */
  readonly contact: JsonObject | undefined;
  /**
   * What stood beside the lists of a value and belongs to this element: metadata and its contact. The first
   * element also carries names we do not know and contacts nobody claimed, once.
   */
  readonly shared: JsonObject;
  /** The list it is an element of; `undefined` for a whole value. */
  readonly list: string | undefined;
  /** The name in the value under which that list stands, where it is not in the value itself. */
  readonly within: string | undefined;
  /** Which slice of an element it is; whole elements are 1 of 1. */
  readonly part: Part;
}

/** One of the slices a long element is cut into. */
export interface Part {
  /** Counted from 1. */
  readonly number: number;
  readonly of: number;
}
