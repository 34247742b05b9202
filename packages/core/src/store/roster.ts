import { key } from "./key.ts";
import type { Store, Write } from "./store.ts";

/** Who appends to a log. A new one at each start, so that nobody writes into another's pages. */
export type Writer = string;

/** The writers of a log whose pages may still exist. */
export interface Roster {
  read(): Promise<readonly Writer[]>;
  add(writer: Writer): Promise<void>;
  /** Removes writers, and what is known of them, in one commit. */
  remove(writers: readonly Writer[], writes: readonly Write[]): Promise<void>;
}

export function openRoster(store: Store, log: string): Roster {
  const rosterKey = key("log", log);

  async function update(
    change: (writers: readonly Writer[]) => readonly Writer[],
    writes: readonly Write[] = [],
  ): Promise<void> {
    for (;;) {
      const roster = await store.get<readonly Writer[]>(rosterKey);
      const writers = change(roster?.value ?? []);
      const write = { key: rosterKey, value: writers.length > 0 ? writers : undefined };
      const guard = { key: rosterKey, version: roster?.version };
      if (await store.commit({ guards: [guard], writes: [write, ...writes] })) return;
    }
  }

  return {
    async read() {
      return (await store.get<readonly Writer[]>(rosterKey))?.value ?? [];
    },
    add: (writer) => update((writers) => [...new Set([...writers, writer])]),
    remove: (left, writes) =>
      update((writers) => writers.filter((writer) => !left.includes(writer)), writes),
  };
}
