import { constantTimeEqual, hmacSha256 } from "../crypto/hmac.ts";
import { Failure } from "../failure.ts";

const MAC_CHARACTERS = 16;
const FORM = /^([0-9a-z]+)\.([\w-]+)$/;

/** Where a list goes on: opaque to callers, and good for the query it was given out for. */
export interface Cursors {
  /** `scope` names organization and query. */
  readonly write: (scope: string, place: number) => string;
  /** @throws {Failure} `invalid_cursor` when it was changed, or belongs to another query. */
  readonly read: (scope: string, cursor: string) => number;
}

export function createCursors(secret: Uint8Array): Cursors {
  const macOf = (scope: string, place: string) =>
    hmacSha256(secret, `${place}\n${scope}`).toString("base64url").slice(0, MAC_CHARACTERS);

  return {
    write: (scope, place) => `${place.toString(36)}.${macOf(scope, place.toString(36))}`,
    read(scope, cursor) {
      const [, place = "", mac = ""] = FORM.exec(cursor) ?? [];
      if (place === "" || !constantTimeEqual(mac, macOf(scope, place))) {
        throw new Failure("invalid_cursor");
      }
      return Number.parseInt(place, 36);
    },
  };
}
