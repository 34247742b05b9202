/** The pages of one writer that may still exist: `first` up to, not including, `next`. */
export interface Head {
  readonly first: number;
  readonly next: number;
}

/** Numbers from `from` up to, not including, `to`. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What may still exist of one writer's pages, in stretches: few, however many pages there are. */
export interface Span {
  /** In order, apart, none of them empty. */
  stretches: Stretch[];
  next: number;
  /** Numbered, but not committed yet. */
  readonly pending: Set<number>;
  /** The writer is dead, and its head as we know it the last one. */
  isFinal: boolean;
}

export function newSpan(): Span {
  return { stretches: [], next: 0, pending: new Set(), isFinal: false };
}

export function headOf({ stretches, next }: Span): Head {
  return { first: stretches[0]?.from ?? next, next };
}

/** Numbers the next page. It counts as pending until its commit is settled. */
export function addToSpan(span: Span): number {
  const number = span.next;
  extend(span, number, number + 1);
  span.pending.add(number);
  return number;
}

/** Takes in what the writer has appended since, and what it knows to be removed at the front. */
export function followHead(span: Span, { first, next }: Head): void {
  span.stretches = span.stretches
    .filter(({ to }) => to > first)
    .map(({ from, to }) => ({ from: Math.max(from, first), to }));
  extend(span, Math.max(first, span.next), next);
}

function extend(span: Span, from: number, to: number): void {
  if (from >= to) return;
  const last = span.stretches.at(-1);
  if (last?.to === from) span.stretches[span.stretches.length - 1] = { from: last.from, to };
  else span.stretches.push({ from, to });
  span.next = to;
}

export function removeFromSpan(span: Span, number: number): void {
  const index = stretchAt(span, number);
  const stretch = span.stretches[index];
  if (!stretch || stretch.from > number) return;
  const { from, to } = stretch;
  const left = [
    { from, to: number },
    { from: number + 1, to },
  ];
  span.stretches.splice(index, 1, ...left.filter((rest) => rest.from < rest.to));
}

/** The pages that may exist, in order, from a number on. Removals meanwhile are heeded. */
export function* numbersOf(span: Span, from = 0): Generator<number> {
  const end = span.next;
  for (let number = liveFrom(span, from); number < end; number = liveFrom(span, number + 1)) {
    if (!span.pending.has(number)) yield number;
  }
}

function liveFrom(span: Span, number: number): number {
  const stretch = span.stretches[stretchAt(span, number)];
  return stretch ? Math.max(number, stretch.from) : Number.POSITIVE_INFINITY;
}

/** The index of the first stretch that ends behind `number`. */
function stretchAt({ stretches }: Span, number: number): number {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((stretches[middle]?.to ?? 0) > number) high = middle;
    else low = middle + 1;
  }
  return low;
}
