import type { Override } from "./requests.ts";

/** Where Meta sends what concerns an account's numbers, as far as our app has a say. */
export interface Routing {
  /** Whether our app gets the account's webhooks at all. */
  readonly subscribed: boolean;
  /** Where the account's messages go instead of to the app's own callback. */
  readonly override: Override | null;
  /** Overrides of single numbers, by phone number id; they win over the account's. */
  readonly numbers: ReadonlyMap<string, Override>;
}

/** What Meta says of an account. It tells no verify tokens. */
export interface SeenRouting {
  readonly subscribed: boolean;
  readonly overrideUrl: string | null;
}

/** One write at Meta. Each is safe to repeat. */
export type RoutingStep =
  | { readonly kind: "override"; readonly override: Override }
  /** Without an override: what is in place goes. */
  | { readonly kind: "subscribe" }
  | { readonly kind: "unsubscribe" }
  | { readonly kind: "number"; readonly phoneNumberId: string; readonly override: Override | null };

/** A turn from one routing to another. */
export interface RoutingTurn {
  /** What we have told Meta before. */
  readonly from: Routing;
  readonly to: Routing;
  /** Tells Meta again what it was told before, so that it verifies anew. */
  readonly anew: boolean;
  /** Removes also an override that is not ours. */
  readonly clearForeign: boolean;
}

/**
 * The writes that lead to a routing, in an order in which messages never go astray: overrides are set
 * before others are removed. A subscription without an override removes the one in place, so it is
 * asked for only where our app is not listed yet, or where the override has to go.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override
 */
export function planRouting(seen: SeenRouting, turn: RoutingTurn): readonly RoutingStep[] {
  const { from, to } = turn;
  if (!to.subscribed) {
    return [
      ...removedNumbers(turn),
      ...(seen.subscribed ? [{ kind: "unsubscribe" as const }] : []),
    ];
  }
  return [...first(seen, turn), ...changedNumbers(turn), ...removedNumbers(turn), ...last()];

  function last(): readonly RoutingStep[] {
    if (to.override || !seen.subscribed || seen.overrideUrl === null) return [];
    const isOurs = from.override?.url === seen.overrideUrl;
    return isOurs || turn.clearForeign ? [{ kind: "subscribe" }] : [];
  }
}

function first(seen: SeenRouting, { from, to, anew }: RoutingTurn): readonly RoutingStep[] {
  if (!to.override) return seen.subscribed ? [] : [{ kind: "subscribe" }];
  const stands = seen.overrideUrl === to.override.url && isSame(from.override, to.override);
  return stands && !anew ? [] : [{ kind: "override", override: to.override }];
}

function changedNumbers({ from, to, anew }: RoutingTurn): readonly RoutingStep[] {
  const wanted = [...to.numbers].filter(
    ([id, override]) => anew || !isSame(from.numbers.get(id), override),
  );
  return wanted.map(([phoneNumberId, override]) => ({ kind: "number", phoneNumberId, override }));
}

function removedNumbers({ from, to }: RoutingTurn): readonly RoutingStep[] {
  const gone = [...from.numbers.keys()].filter((id) => !to.numbers.has(id));
  return gone.map((phoneNumberId) => ({ kind: "number", phoneNumberId, override: null }));
}

function isSame(one: Override | null | undefined, other: Override): boolean {
  return one?.url === other.url && one.verifyToken === other.verifyToken;
}
