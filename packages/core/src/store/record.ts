import { randomBytes } from "node:crypto";
import type { Stored } from "./store.ts";

/**
 * Written in front of every record; readers upgrade older ones, and refuse newer ones. A version that
 * raises it writes the root secret anew at its start: each start reads that one, so older ones refuse.
 */
const SCHEMA = "1";
const VERSION_BYTES = 8;
const VERSION_START = SCHEMA.length + 1;
const VALUE_START = VERSION_START + VERSION_BYTES * 2 + 1;
const RECORD = /^1\.[0-9a-f]{16}\./;
const POOL_BYTES = 4096;

let pool = Buffer.alloc(0);
let used = 0;

/** A version no other write has: 64 random bits in hex. */
export function newVersion(): string {
  if (used + VERSION_BYTES > pool.length) {
    pool = randomBytes(POOL_BYTES);
    used = 0;
  }
  used += VERSION_BYTES;
  return pool.toString("hex", used - VERSION_BYTES, used);
}

/**
 * A record as text: `<schema>.<version>.<JSON>`, nothing behind the second dot when it is deleted.
 * The version stands at a fixed place, so that a backend can compare it without parsing.
 */
export function encodeRecord(version: string, json: string | undefined): string {
  return `${SCHEMA}.${version}.${json ?? ""}`;
}

/**
 * The version of a record's text; `undefined` for one that is absent or deleted. A text that is not
 * ours has one that no record of ours is ever at, so that no guard holds and nothing replaces it.
 */
export function versionOf(text: string | undefined): string | undefined {
  if (text === undefined || isDeleted(text)) return undefined;
  return text.slice(VERSION_START, VALUE_START - 1);
}

function isDeleted(text: string): boolean {
  return text.length === VALUE_START && text.endsWith(".");
}

/** What a record's text begins with: schema and version, also when it is deleted. */
export function headOf(text: string): string {
  return text.slice(0, VALUE_START - 1);
}

/** The head of a record that is at this version. */
export function headAt(version: string): string {
  return `${SCHEMA}.${version}`;
}

/** @throws {Error} When the text is damaged, or was not written by this library, or by a newer one. */
export function decodeRecord<Value>(text: string | undefined): Stored<Value> | undefined {
  if (text === undefined) return undefined;
  if (!text.startsWith(`${SCHEMA}.`) || text.length < VALUE_START) {
    throw new Error("A record in the store was written by another program or a newer wabakit.");
  }
  const version = versionOf(text);
  return version === undefined
    ? undefined
    : { version, value: JSON.parse(text.slice(VALUE_START)) as Value };
}

/** A record taken apart: its head, free of quotes, and its JSON, empty when it is deleted. */
export function splitRecord(
  text: string,
): { readonly head: string; readonly json: string } | undefined {
  if (!RECORD.test(text)) return undefined;
  return { head: headOf(text), json: text.slice(VALUE_START) };
}
