import type { Clock } from "../clock.ts";

/** Something to do at an instant. */
export interface Due {
  readonly runAt: number;
}

/** What waits, ordered by time, with one timer for the earliest. */
export interface Schedule<Item extends Due> {
  /** An item waits once; its time must not change while it does. */
  add(item: Item): void;
  /** Takes back an item that waits. */
  remove(item: Item): void;
  /** Removes and returns the earliest item that is due. */
  take(): Item | undefined;
  /** When the earliest item is due; infinite when nothing waits. */
  next(): number;
  /** No more wake-ups until the next `take`. */
  stop(): void;
}

/** Calls `wake` whenever something has become due. */
export function schedule<Item extends Due>(clock: Clock, wake: () => void): Schedule<Item> {
  let heap: Item[] = [];
  /** Still in the heap, but not waiting any more. */
  const removed = new Set<Item>();
  let armedFor = Number.POSITIVE_INFINITY;
  let cancel = () => {};
  let stopped = false;

  function earliest(): Item | undefined {
    for (let first = heap[0]; first && removed.delete(first); first = heap[0]) pop(heap);
    return heap[0];
  }

  function arm(): void {
    const next = nextAt();
    if (stopped || next >= armedFor) return;
    cancel();
    armedFor = next;
    cancel = clock.schedule(next, () => {
      armedFor = Number.POSITIVE_INFINITY;
      wake();
    });
  }

  function nextAt(): number {
    return earliest()?.runAt ?? Number.POSITIVE_INFINITY;
  }

  return {
    add(item) {
      push(heap, item);
      arm();
    },
    remove(item) {
      removed.add(item);
      if (2 * removed.size <= heap.length) return;
      heap = heap.filter((other) => !removed.has(other)).sort((a, b) => a.runAt - b.runAt);
      removed.clear();
    },
    take() {
      stopped = false;
      const first = earliest();
      if (first && first.runAt <= clock.now()) return pop(heap);
      arm();
      return undefined;
    },
    next: nextAt,
    stop() {
      stopped = true;
      cancel();
      armedFor = Number.POSITIVE_INFINITY;
    },
  };
}

function push<Item extends Due>(heap: Item[], item: Item): void {
  let index = heap.length;
  while (index > 0) {
    const parentIndex = (index - 1) >> 1;
    const parent = heap[parentIndex];
    if (!parent || parent.runAt <= item.runAt) break;
    heap[index] = parent;
    index = parentIndex;
  }
  heap[index] = item;
}

function pop<Item extends Due>(heap: Item[]): Item | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (last && heap.length > 0) sink(heap, last);
  return first;
}

function sink<Item extends Due>(heap: Item[], item: Item): void {
  let index = 0;
  for (;;) {
    const childIndex = earlierChild(heap, index);
    const child = heap[childIndex];
    if (!child || child.runAt >= item.runAt) break;
    heap[index] = child;
    index = childIndex;
  }
  heap[index] = item;
}

function earlierChild<Item extends Due>(heap: readonly Item[], index: number): number {
  const left = heap[2 * index + 1];
  const right = heap[2 * index + 2];
  return left && right && right.runAt < left.runAt ? 2 * index + 2 : 2 * index + 1;
}

/** When the first item of several schedules is due; infinite when nothing waits. */
export function earliestOf(schedules: Iterable<Pick<Schedule<never>, "next">>): number {
  let earliest = Number.POSITIVE_INFINITY;
  for (const { next } of schedules) earliest = Math.min(earliest, next());
  return earliest;
}
