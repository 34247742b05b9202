import type { Stored } from "../store/store.ts";
import type { Delivery, Pending } from "./delivery.ts";
import type { Content } from "./target.ts";

/** A pending delivery, its record, and what is to be sent; absent where there is none (any more). */
export interface Task {
  readonly pending: Pending;
  readonly record: Stored<Delivery> | undefined;
  readonly content: Content | undefined;
  /** Whether nothing stands before it. */
  readonly isFirstInLine: boolean;
}

/** Nothing new is to begin before this instant (epoch ms). */
export interface Pause {
  readonly again: number;
}

/** How a task ended: for good, with a retry that others may have to wait for, or not begun at all. */
export type TaskEnd = "done" | "retrying" | Pause;

/** How tasks went. */
export interface Ran {
  /** Why they are not all dealt with. */
  readonly pause: Pause | undefined;
  /** What has to wait for others, in order. */
  readonly held: readonly Pending[];
}

interface TasksUnderWay {
  readonly perform: (task: Task) => Promise<TaskEnd>;
  left: readonly Task[];
  /** Keys of those under way. */
  readonly busy: Set<string>;
  /** Keys of those that wait for longer than this. */
  readonly blocked: Set<string>;
  readonly held: Pending[];
  pause: Pause | undefined;
  /** Resolves when one has ended. */
  next: PromiseWithResolvers<void>;
}

/**
 * Performs tasks in order, so many at once; of those that share a key each waits for the one before it.
 * What would have to wait for a retry, or for a key that is `blocked`, is held back.
 *
 * @throws What a task throws, once nothing is under way any more.
 */
export async function runTasks(
  tasks: readonly Task[],
  { lanes, blocked }: { readonly lanes: number; readonly blocked: Iterable<string> },
  perform: (task: Task) => Promise<TaskEnd>,
): Promise<Ran> {
  const state: TasksUnderWay = {
    perform,
    left: tasks,
    busy: new Set(),
    blocked: new Set(blocked),
    held: [],
    pause: undefined,
    next: Promise.withResolvers(),
  };
  const running = Array.from({ length: Math.min(lanes, tasks.length) }, () => runLane(state));
  // Nothing may be under way when a job counts as ended: the next run would send it once more.
  const failed = (await Promise.allSettled(running)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
  return { pause: state.pause, held: state.held };
}

async function runLane(state: TasksUnderWay): Promise<void> {
  while (!state.pause) {
    const task = takeNext(state);
    if (task) await runOne(state, task);
    else if (state.left.length > 0) await state.next.promise;
    else return;
  }
}

async function runOne(state: TasksUnderWay, task: Task): Promise<void> {
  add(state.busy, task);
  try {
    const end = await state.perform(task);
    if (end === "retrying") add(state.blocked, task);
    else if (end !== "done") state.pause ??= end;
  } catch (error) {
    state.pause ??= { again: 0 };
    throw error;
  } finally {
    for (const key of keysOf(task)) state.busy.delete(key);
    state.next.resolve();
    state.next = Promise.withResolvers();
  }
}

/** The first that need not wait for another one; those before it that are blocked are held back. */
function takeNext(state: TasksUnderWay): Task | undefined {
  const passed: Task[] = [];
  const passedKeys = new Set<string>();
  for (const [index, task] of state.left.entries()) {
    if (isAny(state.blocked, task)) {
      state.held.push(task.pending);
      add(state.blocked, task);
    } else if (isAny(state.busy, task) || isAny(passedKeys, task)) {
      passed.push(task);
      add(passedKeys, task);
    } else {
      state.left = [...passed, ...state.left.slice(index + 1)];
      return task;
    }
  }
  state.left = passed;
  return undefined;
}

function isAny(keys: ReadonlySet<string>, task: Task): boolean {
  return keysOf(task).some((key) => keys.has(key));
}

function add(keys: Set<string>, task: Task): void {
  for (const key of keysOf(task)) keys.add(key);
}

function keysOf({ pending }: Task): readonly string[] {
  return pending.keys ?? [];
}
