const MAX_EXCERPT_BYTES = 1024;

/** The beginning of a body, to be shown to people. */
export interface Excerpt {
  readonly add: (chunk: Uint8Array) => void;
  /** UTF-8 with U+FFFD for what is not, and a space for every control character. */
  readonly text: () => string;
}

/** Collects the first 1 KiB of what it is given. */
export function createExcerpt(): Excerpt {
  const parts: Uint8Array[] = [];
  let missingBytes = MAX_EXCERPT_BYTES;

  return {
    add(chunk) {
      if (missingBytes === 0) return;
      // A copy: a chunk is a view that would keep a far bigger buffer of the socket alive.
      const part = new Uint8Array(chunk.subarray(0, missingBytes));
      parts.push(part);
      missingBytes -= part.length;
    },
    text() {
      // Streaming leaves out a last character that the cut has halved.
      const text = new TextDecoder().decode(Buffer.concat(parts), { stream: true });
      return text.replaceAll(/\p{Cc}/gu, " ");
    },
  };
}
