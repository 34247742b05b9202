import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from "node:fs";
import type { AsyncMap } from "./async-map.ts";

type Line = readonly [key: string, value?: unknown];

/** Called when the n-th write (counted from 1) is on disk, and before its caller hears of it. */
type OnWrite = (n: number) => void;

/**
 * A Keyv adapter on one append-only file: a line per `set` or `delete`, on disk before it answers.
 * A last line without its end was not written, and is cut off.
 */
export function fileMap(path: string, onWrite: OnWrite = () => {}): AsyncMap & { close(): void } {
  const entries = load(path);
  const file = openSync(path, "a");
  let writes = 0;

  async function append(line: Line): Promise<void> {
    await new Promise(setImmediate);
    writeSync(file, `${JSON.stringify(line)}\n`);
    fsyncSync(file);
    writes += 1;
    onWrite(writes);
  }

  return {
    get: async (key) => entries.get(key),
    async set(key, value) {
      await append([key, value]);
      return entries.set(key, value).has(key);
    },
    async delete(key) {
      await append([key]);
      return entries.delete(key);
    },
    clear: async () => entries.clear(),
    close: () => closeSync(file),
  };
}

function load(path: string): Map<string, unknown> {
  const entries = new Map<string, unknown>();
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  const end = bytes.lastIndexOf("\n") + 1;
  if (end < bytes.length) truncateSync(path, end);
  for (const line of bytes.toString("utf8", 0, end).split("\n").slice(0, -1)) {
    const [key, value] = JSON.parse(line) as Line;
    if (value === undefined) entries.delete(key);
    else entries.set(key, value);
  }
  return entries;
}
