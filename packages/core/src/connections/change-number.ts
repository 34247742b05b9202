import type { App } from "../app.ts";
import type { EventDraft, Subject } from "../events.ts";
import { joined, NO_CHANGE } from "../store/joined.ts";
import type { Change } from "../store/store.ts";
import { type Owned, type Owner, requireOwned } from "./owned.ts";
import { type ConnectedNumber, type Waba, wabaKey } from "./waba.ts";

/** What becomes of a number, what is told of it, and what else has to be written with it. */
export interface Decision {
  readonly number: ConnectedNumber;
  readonly drafts: readonly EventDraft[];
  readonly with?: Change;
}

/**
 * Changes what we know of one number, with its events, in one commit: read → decide → commit, and again
 * if the account has changed meanwhile. For what Meta has no part in.
 *
 * @param decide `undefined` leaves everything as it is.
 * @returns The number and its account as they are now.
 * @throws {Failure} `not_found`, `store_unavailable`, and what `decide` throws
 */
export async function changeNumber(
  { store, emit }: Pick<App, "store" | "emit">,
  { owner, connectionId }: { readonly owner: Owner; readonly connectionId: string },
  decide: (owned: Owned) => Decision | undefined | Promise<Decision | undefined>,
): Promise<{ readonly waba: Waba; readonly number: ConnectedNumber }> {
  for (;;) {
    const owned = await requireOwned(store, owner, connectionId);
    const waba = owned.waba.value;
    const decision = await decide(owned);
    if (!decision) return { waba, number: owned.number };
    const key = wabaKey(waba.appId, waba.wabaId);
    const value = withNumber(waba, decision.number);
    const own = { guards: [{ key, version: owned.waba.version }], writes: [{ key, value }] };
    const change = joined(own, decision.with ?? NO_CHANGE);
    if (await emit(change, decision.drafts)) return { waba: value, number: decision.number };
  }
}

/** The account with this number in the place of the one that has its id. */
export function withNumber(waba: Waba, number: ConnectedNumber): Waba {
  const numbers = waba.numbers.map((other) =>
    other.connectionId === number.connectionId ? number : other,
  );
  return { ...waba, numbers };
}

/** Which connection an event about a number is about. */
export function subjectOf(
  { wabaId }: Pick<Waba, "wabaId">,
  { tenantId, connectionId, phoneNumberId, metadata }: ConnectedNumber,
): Subject {
  return { tenantId, connectionId, wabaId, phoneNumberId, metadata };
}
