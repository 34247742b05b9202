import type { Store } from "@wabakit/core";

const PAGES_PER_READ = 64;

/** How many notifications wait in a store, counted entry by entry in the pages of its log. */
export async function storedNotifications(store: Store): Promise<number> {
  const writers = (await store.get<readonly string[]>("log:notifications"))?.value ?? [];
  let count = 0;
  for (const writer of writers) count += await entriesOf(store, `log:notifications:${writer}`);
  return count;
}

async function entriesOf(store: Store, headKey: string): Promise<number> {
  const head = await store.get<{ readonly first: number; readonly next: number }>(headKey);
  const { first = 0, next = 0 } = head?.value ?? {};
  let count = 0;
  for (let start = first; start < next; start += PAGES_PER_READ) {
    const length = Math.min(PAGES_PER_READ, next - start);
    const keys = Array.from({ length }, (_, index) => `${headKey}:${start + index}`);
    const pages = await store.getMany<readonly unknown[]>(keys);
    count += pages.reduce((sum, page) => sum + (page?.value.length ?? 0), 0);
  }
  return count;
}
