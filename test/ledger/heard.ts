import { open } from "node:fs/promises";

/** Ledger C: what the listeners of all lives heard, how often. */
export interface Heard {
  readonly counts: ReadonlyMap<string, number>;
  /** Reads what was added since the last time. */
  readonly read: () => Promise<void>;
}

/** Follows a file to which lives append a name per line. */
export function followHeard(file: string): Heard {
  const counts = new Map<string, number>();
  let readTo = 0;
  let rest = "";
  return {
    counts,
    async read() {
      const handle = await open(file);
      try {
        const { size } = await handle.stat();
        const { buffer } = await handle.read(Buffer.alloc(size - readTo), 0, size - readTo, readTo);
        readTo = size;
        const lines = (rest + buffer.toString()).split("\n");
        rest = lines.pop() ?? "";
        for (const name of lines) counts.set(name, (counts.get(name) ?? 0) + 1);
      } finally {
        await handle.close();
      }
    },
  };
}
