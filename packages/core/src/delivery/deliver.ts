import { measuredAttempt } from "../telemetry/measured-attempt.ts";
import { type AttemptParts, attempt } from "./attempt.ts";
import type { Batch } from "./batch.ts";
import { type Pending, readDeliveries } from "./delivery.ts";
import { type Gate, pass } from "./gate.ts";
import { letGo } from "./let-go.ts";
import { type SettleParts, settle } from "./settle.ts";
import { type Pause, type Ran, runTasks, type Task, type TaskEnd } from "./tasks.ts";

export interface DeliverParts
  extends AttemptParts,
    Omit<SettleParts, "target" | "backlog" | "spell" | "clock"> {
  /** Aborted when the hub stops: what is not being sent yet waits for the next start. */
  readonly stopping: AbortSignal;
}

/** A drain under way. */
export interface Run extends DeliverParts, Pick<SettleParts, "target" | "backlog" | "spell"> {
  readonly gate: Gate;
  /** Epoch ms; nothing begins after it. */
  readonly sliceEnd: number;
}

/** What goes to a target that fails may stay with us for long: no more of it is under way, or in memory. */
const LANES_WHILE_SUSPECT = 4;

/** Makes the attempts of a batch. @returns What is not dealt with by that, and why. */
export async function deliverBatch(run: Run, batch: Batch): Promise<Ran> {
  const left = await unsettled(run, batch);
  const keys = [...new Set(left.flatMap(({ pending }) => pending.keys ?? []))];
  const isFree = batch.isFirstInLine || keys.length === 0;
  const blocked = isFree ? [] : await run.backlog.lines.blocked(keys);
  if (keys.length > 0) return runSome(run, left, blocked);
  for (let start = 0; start < left.length; ) {
    const some = left.slice(start, start + roomFor(run));
    const ran = await runSome(run, some, blocked);
    if (ran.pause) return ran;
    start += some.length;
  }
  return { pause: undefined, held: [] };
}

async function runSome(run: Run, unread: readonly Unread[], blocked: readonly string[]) {
  const tasks = await readContents(run, unread);
  return runTasks(tasks, { lanes: lanesOf(run), blocked }, (task) => deliver(run, task));
}

/** How many deliveries of a batch are read at once. */
function roomFor(run: Run): number {
  return run.gate.breaker.isSuspect() ? lanesOf(run) : Number.POSITIVE_INFINITY;
}

/** Half open, the breaker lets one attempt show how things are. */
function lanesOf({ gate: { breaker }, clock, target: { concurrency } }: Run): number {
  if (breaker.state(clock.now()) === "half_open") return 1;
  return breaker.isSuspect() ? Math.min(concurrency, LANES_WHILE_SUSPECT) : concurrency;
}

/** A delivery before what is to be sent was read. */
type Unread = Omit<Task, "content">;

/** What an attempt before a crash has settled is settled, and so is what was given up by hand. */
async function unsettled(run: Run, { pending, isFirstInLine }: Batch): Promise<readonly Unread[]> {
  const { store, target } = run;
  const ids = pending.map(({ id }) => id);
  const records = await readDeliveries(store, target.organizationId, ids);
  return pending.flatMap((entry, index) => {
    const record = records[index];
    const task = { pending: entry, record, isFirstInLine };
    if (!record) return [task];
    const { attempts, status } = record.value;
    return attempts.length < entry.attempt && status === "retrying" ? [task] : [];
  });
}

async function readContents({ target }: Run, unread: readonly Unread[]): Promise<readonly Task[]> {
  const contents = await target.read(unread.map(({ pending }) => pending.eventId));
  return unread.map((task, index) => ({ ...task, content: contents[index] }));
}

async function deliver(run: Run, task: Task): Promise<TaskEnd> {
  const { content, pending } = task;
  if (!content) return passOver(run, task);
  const pause = whyNot(run) ?? (await pass(run)) ?? whyNot(run);
  if (pause) return pause;

  const { compose, isNotice } = content;
  const verdict = await measuredAttempt(attemptOf(run, pending), () =>
    attempt(run, run.target, { compose, number: pending.attempt }),
  );
  const { errorClass } = verdict.attempt;
  if (errorClass === "aborted") return { again: run.clock.now() };
  run.spell.isGone ||= verdict.gone;
  const isCutOff = run.gate.breaker.note(run.clock.now(), verdict.status !== "delivered");
  await settle(run, { ...task, verdict, isNotice, isCutOff });
  // Whoever does not answer has held this worker for long enough.
  if (run.spell.hasEnded || errorClass === "timeout") return { again: run.clock.now() };
  return verdict.status === "retrying" ? "retrying" : "done";
}

function attemptOf({ target, clock }: Run, pending: Pending) {
  const { eventId, attempt: number, dueAt, emittedAt = dueAt } = pending;
  return { url: target.url, eventId, number, emittedAt, now: clock.now };
}

function whyNot({ stopping, clock, sliceEnd, spell }: Run): Pause | undefined {
  const now = clock.now();
  const isOver = spell.isGone || spell.hasEnded || now >= sliceEnd;
  return isOver || stopping.aborted ? { again: now } : undefined;
}

/** What was to be sent is not kept any more. */
async function passOver(run: Run, { pending, isFirstInLine }: Task): Promise<TaskEnd> {
  if (isFirstInLine) await letGo(run, pending);
  return "done";
}
