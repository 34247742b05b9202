import { obey } from "../commands.ts";
import type { Asked } from "./counting-store.ts";
import { operations, type Subject } from "./operations.ts";
import { openScaleHub, type Scale } from "./scale-hub.ts";

const commands = { open, prepare, measure, settle, memory, close };
export type SubjectCommands = typeof commands;
obey(commands);

/** What to do, and how often. */
export interface Slice {
  readonly operation: string;
  readonly round: number;
}

/** What it took, each time. */
export interface SliceFigures {
  readonly ms: number;
  /** Of the store, each time. */
  readonly asked: Asked;
}

/** What the process has in memory, once the collector has run. */
export interface Memory {
  readonly rssBytes: number;
  /** The heap, and what it holds outside of itself. */
  readonly heapBytes: number;
}

let subject: Subject | undefined;
const done = new Map<string, number>();

function running(): Subject {
  if (!subject) throw new Error("Nothing is open.");
  return subject;
}

async function open(opening: { readonly scale: Scale; readonly cursors: readonly string[] }) {
  subject = { ...opening, ...(await openScaleHub(opening.scale)) };
}

/** Sets the stage for a round, and waits until nothing else is under way. */
async function prepare({ operation, round }: Slice): Promise<void> {
  rowOf(operation).before?.(running(), round);
  await running().quiet();
  globalThis.gc?.();
}

async function measure({ operation }: Slice): Promise<SliceFigures> {
  const subject = running();
  const { times, act } = rowOf(operation);
  const first = done.get(operation) ?? 0;
  done.set(operation, first + times);
  subject.asked();
  const startedAt = performance.now();
  for (let n = first; n < first + times; n += 1) await act(subject, n);
  const elapsedMs = performance.now() - startedAt;
  return { ms: elapsedMs / times, asked: eachOf(subject.asked(), times) };
}

/** Waits for what it has led to, and looks whether that is all. */
async function settle({ operation, round }: Slice): Promise<void> {
  await running().quiet();
  rowOf(operation).after?.(running(), round);
}

function rowOf(operation: string) {
  const row = operations[operation];
  if (!row) throw new Error(`Nobody knows how to do "${operation}".`);
  return row;
}

function eachOf(asked: Asked, times: number): Asked {
  const { questions, recordsRead, commits, recordsWritten } = asked;
  return {
    questions: questions / times,
    recordsRead: recordsRead / times,
    commits: commits / times,
    recordsWritten: recordsWritten / times,
  };
}

async function memory(): Promise<Memory> {
  await running().quiet();
  for (let n = 0; n < 3; n += 1) globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rssBytes: rss, heapBytes: heapUsed + external };
}

async function close(): Promise<void> {
  await running().close();
}
