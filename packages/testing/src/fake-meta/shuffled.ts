/** The items in another order, the same one for the same `seed`. */
export function shuffled<Item>(items: readonly Item[], seed: number): readonly Item[] {
  const next = randomFrom(seed);
  return items
    .map((item) => ({ item, rank: next() }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ item }) => item);
}

/** A linear congruential generator: poor randomness, but repeatable, and enough for an order. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
}
