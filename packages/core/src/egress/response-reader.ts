import type { Answered } from "./answer.ts";
import { createExcerpt } from "./excerpt.ts";

type ResponseHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

const MAX_READ_BYTES = 64 * 1024;

/** Reads a response as far as anybody will look at it. Bytes stay as they came: nothing is inflated. */
export interface ResponseReader {
  /** Interim answers (1xx) are overwritten by the final one. */
  readonly start: (status: number, headers: ResponseHeaders) => void;
  /** @returns False once 64 KiB were read: the rest is not wanted. */
  readonly take: (chunk: Uint8Array) => boolean;
  readonly answer: () => Answered;
}

/** A reader for one response. */
export function createResponseReader(): ResponseReader {
  const excerpt = createExcerpt();
  let status = 0;
  let headers: ResponseHeaders = {};
  let readBytes = 0;

  return {
    start(newStatus, newHeaders) {
      status = newStatus;
      headers = newHeaders;
    },
    take(chunk) {
      excerpt.add(chunk);
      readBytes += chunk.length;
      return readBytes < MAX_READ_BYTES;
    },
    answer: () => ({
      outcome: "answered",
      status,
      headers: retryAfterOf(headers),
      excerpt: excerpt.text(),
    }),
  };
}

function retryAfterOf(headers: ResponseHeaders): Answered["headers"] {
  const sent = headers["retry-after"];
  const retryAfter = typeof sent === "string" ? sent : sent?.[0];
  return retryAfter === undefined ? {} : { retryAfter };
}
