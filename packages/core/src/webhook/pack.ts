import { zstdCompressSync, zstdDecompressSync } from "node:zlib";

/** A POST of Meta's, verified and not yet understood. */
export interface ReceivedNotification {
  /** Whose secret signed it. */
  readonly appId: string;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  /** Exactly as they came. */
  readonly bytes: Uint8Array;
}

/** A notification as it is kept on a page. */
export interface KeptNotification {
  readonly appId: string;
  readonly receivedAt: number;
  readonly sizeBytes: number;
  /** On the first of a page: the bytes of all of them, one after the other, as zstd in base64. */
  readonly pack?: string;
}

/**
 * Meta's notifications repeat each other: together they take a fifth of the room, and what is not
 * written to the disk need not be flushed.
 */
export function packNotifications(
  received: readonly ReceivedNotification[],
): readonly KeptNotification[] {
  const all = Buffer.concat(received.map(({ bytes }) => bytes));
  const pack = zstdCompressSync(all).toString("base64");
  return received.map(({ appId, receivedAt, bytes }, index) => ({
    appId,
    receivedAt,
    sizeBytes: bytes.byteLength,
    ...(index === 0 ? { pack } : {}),
  }));
}

/** The notifications of a page, byte for byte. */
export function unpackNotifications(
  kept: readonly KeptNotification[],
): readonly ReceivedNotification[] {
  const all = zstdDecompressSync(Buffer.from(kept[0]?.pack ?? "", "base64"));
  let end = 0;
  return kept.map(({ appId, receivedAt, sizeBytes }) => {
    const start = end;
    end += sizeBytes;
    return { appId, receivedAt, bytes: all.subarray(start, end) };
  });
}
