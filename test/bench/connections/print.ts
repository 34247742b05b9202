import { type Row, table } from "../table.ts";
import type { Asked } from "./counting-store.ts";
import type { MiddleHalf } from "./middle-half.ts";
import { FLAT, type Plan } from "./plan.ts";
import type { ConnectionFigures, MemoryFigures, OperationFigures, SizeFigures } from "./rounds.ts";

/** The figures for people. */
export function printConnections(
  { operations, memory }: ConnectionFigures,
  { sizes, rounds }: Plan,
): string {
  const columns = sizes.map((size) => size.toLocaleString("en"));
  const ratios = columns.slice(1).map((size) => `${size} to ${columns[0]}`);
  const steps = columns.slice(2).map((size, index) => `${size} to ${columns[index + 1]}`);
  const head = [
    `On SQLite, one call after the other, the sizes taking turns in ${rounds} rounds: median (middle half) of milliseconds,`,
    `and of the ratios in the same turn; flat means at most ${FLAT} to ${columns[0]}, also in what is asked of the store.`,
  ];
  const times = operations.map((figures) => [figures.operation, ...timesOf(figures)]);
  const asked = operations.map((figures) => [figures.operation, ...askedOf(figures)]);
  return [
    head.join("\n"),
    table([["connections", ...columns, ...ratios, ...steps, ""], ...times]),
    table([["questions/records read, commits/records written", ...columns], ...asked]),
    table([["memory in MB", ...columns], ...memoryRows(memory)]),
  ].join("\n\n");
}

function timesOf({ sizes }: OperationFigures): Row {
  const others = sizes.slice(1);
  const isFlat = others.every((one) => one.ratio.median <= FLAT && asksLike(sizes[0], one));
  return [
    ...sizes.map(({ ms }) => figure(ms)),
    ...others.map(({ ratio }) => figure(ratio)),
    ...sizes.slice(2).map(({ step }) => figure(step)),
    isFlat ? "" : "not flat",
  ];
}

/** Counted, so that the machine's mood has no part in it. */
function asksLike(first: SizeFigures | undefined, { asked }: SizeFigures): boolean {
  const counts = Object.entries(asked);
  return counts.every(([what, count]) => {
    // Both are records of the same counts.
    return count <= FLAT * (first?.asked[what as keyof Asked] ?? 0);
  });
}

function askedOf({ sizes }: OperationFigures): Row {
  return sizes.map(({ asked: { questions, recordsRead, commits, recordsWritten } }) =>
    [`${few(questions)}/${few(recordsRead)}`, `${few(commits)}/${few(recordsWritten)}`].join(", "),
  );
}

function memoryRows(memory: readonly MemoryFigures[]): readonly Row[] {
  const row = (name: string, bytesOf: (one: MemoryFigures) => number) => [
    name,
    ...memory.map((one) => (bytesOf(one) / 1e6).toFixed(1)),
  ];
  return [
    row("opened: resident", ({ opened }) => opened.rssBytes),
    row("opened: heap and external", ({ opened }) => opened.heapBytes),
    row("served: resident", ({ served }) => served.rssBytes),
    row("served: heap and external", ({ served }) => served.heapBytes),
  ];
}

function figure({ median, low, high }: MiddleHalf): string {
  return `${median.toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)})`;
}

function few(value: number): string {
  return String(Math.round(value * 10) / 10);
}
