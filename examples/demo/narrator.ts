/** Tells a story in numbered steps. */
export interface Narrator {
  /** Begins the next step. */
  readonly step: (title: string) => void;
  /** What happened in it. */
  readonly tell: (...lines: readonly string[]) => void;
  /** A command to try. */
  readonly show: (lines: readonly string[]) => void;
}

export function createNarrator(print: (line: string) => void): Narrator {
  let steps = 0;
  const indented = (lines: readonly string[], indent: string) => {
    for (const line of lines) print(`${indent}${line}`);
  };
  return {
    step(title) {
      steps += 1;
      print("");
      print(`${String(steps).padStart(2)}. ${title}`);
    },
    tell: (...lines) => indented(lines, "    "),
    show: ([first = "", ...more]) =>
      indented([`$ ${first}`, ...more.map((line) => `  ${line}`)], "    "),
  };
}
