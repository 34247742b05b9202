import { asList, isObject, type JsonObject, pick } from "./lenient.ts";

/** Of what an event can hold, and an endpoint take at once. */
const MESSAGES_PER_SLICE = 100;

/**
 * Cuts an element of `history`, which may hold thousands of messages, into slices of at most 100, each with
 * the shape of the whole. The first carries names we do not know; so does the first piece of a thread.
 */
export function sliceHistory(chunk: unknown): readonly unknown[] {
  if (!isObject(chunk)) return [chunk];
  const [first, ...others] = sliceThreads(asList(chunk.threads) ?? []);
  if (!first || others.length === 0) return [chunk];

  const again = pick(chunk, ["metadata"]);
  return [{ ...chunk, threads: first }, ...others.map((threads) => ({ ...again, threads }))];
}

function sliceThreads(threads: readonly unknown[]): readonly (readonly unknown[])[] {
  const slices: unknown[][] = [];
  let room = 0;
  const add = (piece: unknown) => {
    if (room === 0) slices.push([]);
    room = (room || MESSAGES_PER_SLICE) - sizeOf(piece);
    slices.at(-1)?.push(piece);
  };
  for (const thread of threads) piecesOf(thread, room).forEach(add);
  return slices;
}

/** A thread, cut to what is left in a slice and then to full ones. */
function piecesOf(thread: unknown, room: number): readonly unknown[] {
  const size = sizeOf(thread);
  const first = room || MESSAGES_PER_SLICE;
  if (!isObject(thread) || size <= first) return [thread];

  const messages = asList(thread.messages) ?? [];
  const again = pick(thread, ["id", "context"]);
  const pieces: JsonObject[] = [{ ...thread, messages: messages.slice(0, first) }];
  for (let start = first; start < size; start += MESSAGES_PER_SLICE) {
    pieces.push({ ...again, messages: messages.slice(start, start + MESSAGES_PER_SLICE) });
  }
  return pieces;
}

/** Whatever has no messages takes the room of one. */
function sizeOf(thread: unknown): number {
  const messages = isObject(thread) ? asList(thread.messages) : undefined;
  return messages?.length || 1;
}
