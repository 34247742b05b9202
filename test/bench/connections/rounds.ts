import type { Child, Children } from "../children.ts";
import type { Asked } from "./counting-store.ts";
import { type MiddleHalf, middleHalf } from "./middle-half.ts";
import { operations } from "./operations.ts";
import type { Plan } from "./plan.ts";
import type { Filled } from "./scales.ts";
import type { Memory, Slice, SliceFigures, SubjectCommands } from "./subject.ts";

/** What one thing takes at one size. */
export interface SizeFigures {
  readonly size: number;
  /** Milliseconds, each time. */
  readonly ms: MiddleHalf;
  /** Of a turn to the same turn at the first size. */
  readonly ratio: MiddleHalf;
  /** The same to the size before: whether it goes on growing. */
  readonly step: MiddleHalf;
  /** Of the store, each time. */
  readonly asked: Asked;
}

export interface OperationFigures {
  readonly operation: string;
  readonly sizes: readonly SizeFigures[];
}

/** What a process has in memory that has served one size. */
export interface MemoryFigures {
  readonly size: number;
  readonly opened: Memory;
  readonly served: Memory;
}

export interface ConnectionFigures {
  readonly operations: readonly OperationFigures[];
  readonly memory: readonly MemoryFigures[];
}

interface RoundParts {
  readonly children: Children;
  readonly plan: Plan;
  readonly say: (what: string) => void;
}

interface Running {
  readonly size: number;
  readonly child: Child<SubjectCommands>;
  readonly opened: Memory;
}

/** What was measured in one turn at one size. */
interface Measured extends Slice {
  readonly size: number;
  readonly figures: SliceFigures;
}

/** Everything at every size, round by round, each size in a process of its own. */
export async function measureRounds(
  { children, plan, say }: RoundParts,
  filled: readonly Filled[],
): Promise<ConnectionFigures> {
  const subjects: Running[] = [];
  for (const { scale, cursors } of filled) {
    const child = children.start<SubjectCommands>("connections/subject.ts");
    await child.ask("open", { scale, cursors });
    subjects.push({ size: scale.size, child, opened: await child.ask("memory") });
  }
  const measured: Measured[] = [];
  for (let round = 0; round <= plan.rounds; round += 1) {
    say(round === 0 ? "warming up" : `round ${round} of ${plan.rounds}`);
    for (const operation of Object.keys(operations)) {
      const turns = await takeTurns(subjects, { operation, round });
      if (round > 0) measured.push(...turns);
    }
  }
  const memory: MemoryFigures[] = [];
  for (const { size, child, opened } of subjects) {
    memory.push({ size, opened, served: await child.ask("memory") });
    await child.ask("close");
    await child.end();
  }
  return {
    operations: Object.keys(operations).map((name) => figuresOf(name, plan, measured)),
    memory,
  };
}

/** All sizes one after the other, each turn begun by another one, so that the machine's mood hits all. */
async function takeTurns(subjects: readonly Running[], slice: Slice): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  const turns = operations[slice.operation]?.turns ?? 0;
  for (const { child } of subjects) await child.ask("prepare", slice);
  for (let turn = 0; turn < turns; turn += 1) {
    for (const { size, child } of inTurns(subjects, slice.round + turn)) {
      const figures = await child.ask("measure", slice);
      measured.push({ ...slice, size, figures });
    }
  }
  for (const { child } of subjects) await child.ask("settle", slice);
  return measured;
}

function inTurns(subjects: readonly Running[], turn: number): readonly Running[] {
  const first = turn % subjects.length;
  return [...subjects.slice(first), ...subjects.slice(0, first)];
}

function figuresOf(
  operation: string,
  { sizes }: Plan,
  measured: readonly Measured[],
): OperationFigures {
  const own = measured.filter((one) => one.operation === operation);
  const turnsAt = (size: number) =>
    own.filter((one) => one.size === size).map(({ figures }) => figures);
  const figures = sizes.map((size, index): SizeFigures => {
    const turns = turnsAt(size);
    const asked = turns.at(-1)?.asked;
    if (!asked) throw new Error(`"${operation}" was never done.`);
    return {
      size,
      ms: middleHalf(turns.map(({ ms }) => ms)),
      ratio: ratioOf(turns, turnsAt(sizes[0] ?? size)),
      step: ratioOf(turns, turnsAt(sizes[index - 1] ?? size)),
      asked,
    };
  });
  return { operation, sizes: figures };
}

function ratioOf(turns: readonly SliceFigures[], others: readonly SliceFigures[]): MiddleHalf {
  return middleHalf(turns.map(({ ms }, turn) => ms / (others[turn]?.ms ?? ms)));
}
