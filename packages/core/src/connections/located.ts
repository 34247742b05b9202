import type { Store } from "../store/store.ts";
import {
  type ConnectedNumber,
  type ConnectionPointer,
  connectionKey,
  type Waba,
  wabaKey,
} from "./waba.ts";

/** A connection that was named by something, e.g. a timer, and the account it is of. */
export interface Located<Name> {
  readonly name: Name;
  readonly waba: Waba;
  readonly number: ConnectedNumber;
}

/** An account, which a connection may be of. */
type Whereabouts = Pick<Waba, "appId" | "wabaId">;

/**
 * Finds many connections in two reads. Whoever asks acts for the hub itself, not for a caller.
 *
 * @returns In their order; those that are gone are left out. @throws {Failure} `store_unavailable`
 */
export async function findByIds<Name extends { readonly id: string }>(
  store: Store,
  names: readonly Name[],
): Promise<readonly Located<Name>[]> {
  const pointers = await store.getMany<ConnectionPointer>(names.map(({ id }) => connectionKey(id)));
  const located = await findIn(
    store,
    names,
    pointers.map((pointer) => pointer?.value),
  );
  return located.filter((one) => one !== undefined);
}

/**
 * As `findByIds`, for names that say where the connection was: one read, and two more only for those
 * that have moved to another account since.
 */
export async function findListed<Name extends { readonly id: string } & Whereabouts>(
  store: Store,
  names: readonly Name[],
): Promise<readonly Located<Name>[]> {
  const located = await findIn(store, names, names);
  const moved = await findByIds(
    store,
    names.filter((_, index) => located[index] === undefined),
  );
  const byName = new Map(moved.map((one) => [one.name, one]));
  return names.flatMap((name, index) => located[index] ?? byName.get(name) ?? []);
}

async function findIn<Name extends { readonly id: string }>(
  store: Store,
  names: readonly Name[],
  at: readonly (Whereabouts | undefined)[],
): Promise<readonly (Located<Name> | undefined)[]> {
  const keys = at.map((account) => account && wabaKey(account.appId, account.wabaId));
  const distinct = [...new Set(keys.filter((key) => key !== undefined))];
  const read = await store.getMany<Waba>(distinct);
  const wabas = new Map(distinct.map((key, index) => [key, read[index]?.value]));
  return names.map((name, index) => {
    const waba = wabas.get(keys[index] ?? "");
    const number = waba?.numbers.find(({ connectionId }) => connectionId === name.id);
    return waba && number ? { name, waba, number } : undefined;
  });
}
