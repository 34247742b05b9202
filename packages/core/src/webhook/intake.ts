import { Failure } from "../failure.ts";
import type { HttpRequest, RequestHeaders } from "../http/message.ts";

/** What may be in memory between the first byte of a notification and its place in the store. */
const MAX_HELD_BYTES = 64 * 1024 * 1024;
/** Most of Meta's notifications are a small part of this. */
const MAX_SMALL_BYTES = 64 * 1024;
/** How far larger ones may fill it: a few that never end must not shut out the many small ones. */
const SHARE_OF_LARGE = 0.75;
const RETRY_AFTER_MS = 5_000;

/** Bounds what unverified senders, or a slow store, can make us hold. */
export interface Intake {
  /**
   * Reserves room for a body, as much as it announces; for one that does not, `maxBytes`.
   *
   * @throws {Failure} `store_unavailable` when there is none; Meta sends again.
   */
  readonly admit: (request: Pick<HttpRequest, "headers">, maxBytes: number) => Room;
}

/** What is reserved for one body. */
export interface Room {
  /** The body has arrived: this is its size. */
  readonly resize: (bytes: number) => void;
  /** Gives back what is left. */
  readonly release: () => void;
}

export function createIntake(limitBytes: number = MAX_HELD_BYTES): Intake {
  let heldBytes = 0;

  function reserve(bytes: number): Room {
    let reservedBytes = bytes;
    heldBytes += bytes;
    const resize = (newBytes: number) => {
      heldBytes += newBytes - reservedBytes;
      reservedBytes = newBytes;
    };
    return { resize, release: () => resize(0) };
  }

  return {
    admit({ headers }, maxBytes) {
      const bytes = Math.min(announcedBytes(headers) ?? maxBytes, maxBytes);
      const share = bytes > MAX_SMALL_BYTES ? SHARE_OF_LARGE : 1;
      if (heldBytes + bytes > limitBytes * share) throw full();
      return reserve(bytes);
    },
  };
}

/** Hosts that speak the Fetch standard hand over whatever a header says. */
function announcedBytes(headers: RequestHeaders): number | undefined {
  const length = String(headers["content-length"]);
  return /^\d+$/.test(length) ? Number(length) : undefined;
}

function full(): Failure {
  return new Failure("store_unavailable", "Too much is being received at once.", {
    retryAfterMs: RETRY_AFTER_MS,
  });
}
