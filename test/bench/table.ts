/** One line of a table; a line with a single cell is a heading. */
export type Row = readonly string[];

const GAP = "   ";

/** Rows as lines, every column as wide as its widest cell. */
export function table(rows: readonly Row[]): string {
  const cells = rows.filter((row) => row.length > 1);
  const columns = Math.max(0, ...cells.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: Row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(GAP);
  return rows.map((row) => (row.length > 1 ? line(row) : row.join("")).trimEnd()).join("\n");
}
