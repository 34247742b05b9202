/** The pages of one writer that may still exist: `first` up to, not including, `next`. */
export interface Head {
  readonly first: number;
  readonly next: number;
}

/** A head that moves. */
export interface Span {
  first: number;
  next: number;
  /** What is not removed, in order: it stays small, however long an old page is kept. */
  readonly live: Set<number>;
  /** Numbered, but not committed yet. */
  readonly pending: Set<number>;
}

export function newSpan({ first, next }: Head = { first: 0, next: 0 }): Span {
  const length = Math.max(0, next - first);
  const live = new Set(Array.from({ length }, (_, index) => first + index));
  return { first, next, live, pending: new Set() };
}

/** Numbers the next page. It counts as pending until its commit is settled. */
export function addToSpan(span: Span): number {
  const number = span.next;
  span.next += 1;
  span.live.add(number);
  span.pending.add(number);
  return number;
}

/** Marks a page as removed, and moves the start past everything removed at the front. */
export function removeFromSpan(span: Span, number: number): void {
  span.live.delete(number);
  while (span.first < span.next && !span.live.has(span.first)) span.first += 1;
}

/** The numbers of the pages that may still exist, in order. */
export function numbersOf({ live, pending }: Span): readonly number[] {
  return [...live].filter((number) => !pending.has(number));
}
