import { constantTimeEqual, hmacSha256 } from "../crypto/hmac.ts";
import { Failure } from "../failure.ts";

const MAC_CHARACTERS = 16;
const FORM = /^([0-9a-z.]+)\.([\w-]+)$/;

/** Where a list goes on: opaque to callers, and good for the query it was given out for. */
export interface Cursors {
  /** `scope` names organization and query. */
  readonly write: (scope: string, place: number) => string;
  /** @throws {Failure} `invalid_cursor` when it was changed, or belongs to another query. */
  readonly read: (scope: string, cursor: string) => number;
  /** As `write`, for a place of several whole numbers from 0 on. */
  readonly writeAll: (scope: string, place: readonly number[]) => string;
  /** @throws as `read`. */
  readonly readAll: (scope: string, cursor: string) => readonly number[];
}

export function createCursors(secret: Uint8Array): Cursors {
  const macOf = (scope: string, place: string) =>
    hmacSha256(secret, `${place}\n${scope}`).toString("base64url").slice(0, MAC_CHARACTERS);

  function open(scope: string, cursor: string): string {
    const [, place = "", mac = ""] = FORM.exec(cursor) ?? [];
    if (place === "" || !constantTimeEqual(mac, macOf(scope, place))) {
      throw new Failure("invalid_cursor");
    }
    return place;
  }

  const writeAll = (scope: string, place: readonly number[]) => {
    const text = place.map((number) => number.toString(36)).join(".");
    return `${text}.${macOf(scope, text)}`;
  };
  const readAll = (scope: string, cursor: string) =>
    open(scope, cursor)
      .split(".")
      .map((number) => Number.parseInt(number, 36));
  return {
    writeAll,
    readAll,
    write: (scope, place) => writeAll(scope, [place]),
    read(scope, cursor) {
      const [place = 0] = readAll(scope, cursor);
      return place;
    },
  };
}
