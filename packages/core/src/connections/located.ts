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
  const keys = pointers.map(
    (pointer) => pointer && wabaKey(pointer.value.appId, pointer.value.wabaId),
  );
  const distinct = [...new Set(keys.filter((key) => key !== undefined))];
  const read = await store.getMany<Waba>(distinct);
  const wabas = new Map(distinct.map((key, index) => [key, read[index]?.value]));
  return names.flatMap((name, index) => {
    const waba = wabas.get(keys[index] ?? "");
    const number = waba?.numbers.find(({ connectionId }) => connectionId === name.id);
    return waba && number ? [{ name, waba, number }] : [];
  });
}
