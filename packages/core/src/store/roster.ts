import { key } from "./key.ts";
import type { Store, Write } from "./store.ts";
import type { WriterId } from "./writer.ts";

/** The writers of a log whose pages may still exist. */
export interface Roster {
  read(): Promise<readonly WriterId[]>;
  add(writer: WriterId): Promise<void>;
  /** Removes writers, and what is known of them, in one commit. */
  remove(writers: readonly WriterId[], writes: readonly Write[]): Promise<void>;
}

export function openRoster(store: Store, log: string): Roster {
  const rosterKey = key("log", log);

  async function update(
    change: (writers: readonly WriterId[]) => readonly WriterId[],
    writes: readonly Write[] = [],
  ): Promise<void> {
    for (;;) {
      const roster = await store.get<readonly WriterId[]>(rosterKey);
      const writers = change(roster?.value ?? []);
      const write = { key: rosterKey, value: writers.length > 0 ? writers : undefined };
      const guard = { key: rosterKey, version: roster?.version };
      if (await store.commit({ guards: [guard], writes: [write, ...writes] })) return;
    }
  }

  return {
    async read() {
      return (await store.get<readonly WriterId[]>(rosterKey))?.value ?? [];
    },
    add: (writer) => update((writers) => [...new Set([...writers, writer])]),
    remove: (left, writes) =>
      update((writers) => writers.filter((writer) => !left.includes(writer)), writes),
  };
}
