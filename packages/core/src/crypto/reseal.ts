import { Failure } from "../failure.ts";
import type { Store } from "../store/store.ts";
import type { Vault } from "./vault.ts";

/** A record with every secret in it passed through `rewrap`; the rest as it was. */
export type Reseal<Value> = (value: Value, rewrap: Vault["rewrap"]) => Value;

/** What became of a record; `gone` when there is none any more. */
export type Resealed = "resealed" | "current" | "gone" | { readonly unreadable: string };

interface ResealParts {
  readonly store: Store;
  readonly vault: Pick<Vault, "rewrap">;
}

/**
 * Seals the secrets of one record with the newest key of the ring. Others may write the record at the
 * same time: nothing of theirs is lost. A record that the ring does not open stays as it is.
 *
 * @throws {Failure} `store_unavailable`
 */
export async function resealRecord<Value>(
  { store, vault }: ResealParts,
  key: string,
  reseal: Reseal<Value>,
): Promise<Resealed> {
  for (;;) {
    const stored = await store.get<Value>(key);
    if (!stored) return "gone";
    const { value, unreadable } = attempt(vault, stored.value, reseal);
    if (unreadable !== undefined) return { unreadable: `${key}: ${unreadable}` };
    if (value === undefined) return "current";
    const guards = [{ key, version: stored.version }];
    if (await store.commit({ guards, writes: [{ key, value }] })) return "resealed";
  }
}

/** No `value` when nothing about it would change. */
function attempt<Value>(
  vault: ResealParts["vault"],
  value: Value,
  reseal: Reseal<Value>,
): { readonly value?: Value; readonly unreadable?: string } {
  let changed = false;
  try {
    const fresh = reseal(value, (sealed, place) => {
      const rewrapped = vault.rewrap(sealed, place);
      changed ||= rewrapped !== sealed;
      return rewrapped;
    });
    return changed ? { value: fresh } : {};
  } catch (error) {
    if (error instanceof Failure) return { unreadable: error.message };
    throw error;
  }
}
