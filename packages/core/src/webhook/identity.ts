import { hash } from "node:crypto";
import type { Item } from "./item.ts";
import { asId, isObject, type JsonObject } from "./lenient.ts";
import { participantOf } from "./party.ts";

/**
 * The name by which a repeated update is recognised, within one Meta app. Meta repeats whole POSTs and
 * single updates, so it depends on content alone: `{appId}:{number or WABA}:{field}:{kind}:{id}`, for a
 * status also its status and, in a group, the participant, for a call its event; where Meta gives no id, a hash of field,
 * value, `entry.id` and `entry.time` that does not depend on the order of names.
 *
 * A `:` inside a part is escaped, so different parts never give the same identity.
 */
export function itemIdentity(appId: string, item: Item): string {
  const place = item.phoneNumberId ?? item.wabaId ?? "";
  const parts = [appId, place, item.field, item.kind, ...(givenId(item) ?? [contentHash(item)])];
  return parts.map(escapePart).join(":");
}

/** What tells two updates of one id apart; where one of them is missing, only the content does. */
const BESIDE_ID: ReadonlyMap<string, (value: JsonObject) => readonly (string | undefined)[]> =
  new Map([
    ["status", ofStatus],
    ["call_status", ofStatus],
    ["call", ({ event }: JsonObject) => [asId(event)]],
    ["conversion", ({ event_name }: JsonObject) => [asId(event_name)]],
  ]);

function ofStatus(value: JsonObject) {
  const participant = participantOf(value);
  return [asId(value.status), participant?.userId ?? participant?.phone ?? ""];
}

function givenId({ kind, id, value }: Item): readonly string[] | undefined {
  if (id === undefined) return undefined;
  const beside = isObject(value) ? BESIDE_ID.get(kind)?.(value) : undefined;
  const parts = [id, ...(beside ?? [])];
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

function escapePart(part: string): string {
  return part.replace(/[%:]/g, (character) => (character === ":" ? "%3A" : "%25"));
}

function contentHash({ field, value, entryId, entryTime }: Item): string {
  const content = canonicalJson([field, value, entryId ?? null, entryTime ?? null]);
  return hash("sha256", content, "base64url");
}

/** Recursive: for parsed bodies only, whose depth is capped. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);

  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name])}`);
  return `{${members.join()}}`;
}
