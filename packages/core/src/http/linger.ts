import type { Readable } from "node:stream";
import { systemClock } from "../clock.ts";

/** Both bounds hold: what is still on its way when one is reached is cut off. */
const LINGER_MS = 500;
const LINGER_BYTES = 8 * 1024 * 1024;

/**
 * Drops what a sender is still sending, within bounds. Closing a socket with unread input resets the
 * connection, and a client that is busy writing then never sees the answer that told it to stop.
 */
export async function linger(request: Readable): Promise<void> {
  if (request.destroyed || request.readableEnded) return;
  let leftBytes = LINGER_BYTES;
  // As Node itself does with a body nobody reads: a reader that was given up must not collect it.
  request.removeAllListeners("data");
  await new Promise<void>((resolve) => {
    const stop = () => {
      request.pause();
      resolve();
    };
    const cancel = systemClock.schedule(systemClock.now() + LINGER_MS, stop);
    request.once("close", cancel).once("close", resolve).once("end", resolve);
    request.on("data", (chunk: Uint8Array) => {
      leftBytes -= chunk.byteLength;
      if (leftBytes < 0) stop();
    });
    request.resume();
  });
}
