import { Readable, type Writable } from "node:stream";

type Chunks = AsyncIterable<Uint8Array>;

/**
 * Writes `chunks` as fast as the reader takes them, and leaves `out` open. Resolves when all is
 * written, or as soon as the reader has gone; the source is told to stop then, even in the middle
 * of waiting for its next chunk.
 *
 * @throws What the source throws while anybody is still reading.
 */
export async function pump(out: Writable, chunks: Chunks): Promise<void> {
  const source = chunks[Symbol.asyncIterator]();
  const gone = new Promise<void>((resolve) => out.once("close", resolve));
  void gone.then(() => {
    if (!out.writableEnded) release(chunks, source);
  });
  await Promise.race([writeAll(out, source), gone]);
}

/** Tells a source that nobody wants (more of) it. Never throws, never waits. */
export function release(chunks: Chunks, source?: AsyncIterator<Uint8Array>): void {
  // The iterator of a Node stream hears `return` only after its next chunk, which may never come.
  if (chunks instanceof Readable) return void chunks.destroy();
  const iterator = source ?? chunks[Symbol.asyncIterator]();
  // Nobody is left who could be told that cleaning up went wrong.
  iterator.return?.().catch(() => {});
}

async function writeAll(out: Writable, source: AsyncIterator<Uint8Array>): Promise<void> {
  for (let step = await source.next(); !step.done; step = await source.next()) {
    if (out.destroyed) return;
    if (!out.write(step.value)) await new Promise((resolve) => out.once("drain", resolve));
  }
}
