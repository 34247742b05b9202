/**
 * Works through a list, up to `width` entries at a time. When one fails no other begins, and nothing is
 * under way any more when it rejects.
 *
 * @throws What the first one that failed threw.
 */
export async function sideBySide<Entry>(
  entries: readonly Entry[],
  width: number,
  work: (entry: Entry) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  const waiting = entries.values();
  const lane = async () => {
    // The lanes share the iterator, so each entry is worked on once.
    for (const entry of waiting) {
      if (failures.length > 0) return;
      await work(entry).catch((error: unknown) => void failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  if (failures.length > 0) throw failures[0];
}
