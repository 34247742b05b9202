import { hash } from "node:crypto";
import { entryName, type Told } from "./entry-name.ts";

/** What came to one endpoint, kept in little room. */
export interface Arrivals {
  /** Notes a request that has come in whole. @returns Its entry's name. */
  readonly note: (webhookId: string, body: Buffer) => string;
  /** The endpoint has answered it with 200. */
  readonly take: (name: string) => void;
  /** Ledger B: how often each entry was taken. */
  readonly taken: ReadonlyMap<string, number>;
  /** Entries that came under several ids, or with other bytes than the first time. */
  readonly unrecognisable: ReadonlySet<string>;
}

interface First {
  readonly webhookId: string;
  readonly digest: string;
}

/** A receiver tells a repeat by its id; so the id has to name one event, and the event one body. */
export function openArrivals(): Arrivals {
  const first = new Map<string, First>();
  const taken = new Map<string, number>();
  const unrecognisable = new Set<string>();
  return {
    taken,
    unrecognisable,
    note(webhookId, body) {
      // Only the hub knows the address, and it sends events.
      const told = JSON.parse(body.toString()) as Told & { readonly id: string };
      const name = entryName(told);
      const own = { webhookId, digest: hash("sha256", body, "base64url") };
      const before = first.get(name) ?? own;
      first.set(name, before);
      const same = before.webhookId === webhookId && before.digest === own.digest;
      if (!same || webhookId !== told.id) unrecognisable.add(name);
      return name;
    },
    take(name) {
      taken.set(name, (taken.get(name) ?? 0) + 1);
    },
  };
}
