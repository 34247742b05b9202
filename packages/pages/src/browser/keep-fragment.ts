/** What Meta's dialog puts behind the address that it comes back to, for reasons of its own. */
const META_HASH = "#_=_";

/** What stood behind the `#`. */
export interface Fragment {
  /** Empty when there was nothing, now or before a reload. */
  readonly text: string;
  /** Whether it stands in the address now, and not only in this tab's memory. */
  readonly isNew: boolean;
}

/**
 * Takes what is behind the `#` out of the address, where shoulders and screenshots find it. The tab
 * remembers it, so that a reload works.
 *
 * @param name What the tab remembers it under.
 */
export function keepFragment(name: string): Fragment {
  // Another link pasted into the same tab changes nothing but the fragment.
  addEventListener("hashchange", () => location.reload());
  const { hash } = location;
  const text = hash === META_HASH ? "" : hash.slice(1);
  if (text === "") return { text: memory((storage) => storage.getItem(name)) ?? "", isNew: false };
  memory((storage) => storage.setItem(name, text));
  history.replaceState(null, "", location.pathname + location.search);
  return { text, isNew: true };
}

/** A browser may refuse the storage; the page then works until it is loaded again. */
function memory<Result>(use: (storage: Storage) => Result): Result | undefined {
  try {
    return use(sessionStorage);
  } catch {
    return undefined;
  }
}
