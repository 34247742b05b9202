import { splitRecord } from "../record.ts";

const HEAD = '{"value":{"record":"';
const MIDDLE = '","value":';
const TAIL = "}}";

/** How many characters of a row tell which version it is at. */
export const ROW_HEAD_LENGTH = rowHead(`1.${"0".repeat(16)}`).length;

/** What the row of a record begins with. */
export function rowHead(head: string): string {
  return `${HEAD}${head}`;
}

/**
 * A record as Keyv itself would have written it: `{ value: { record, value } }`. It is put together
 * rather than serialised: as a text, each quote of its JSON would have to be escaped, and read back.
 */
export function wrap(text: string): string {
  const parts = splitRecord(text);
  if (!parts) return JSON.stringify({ value: text });
  const { head, json } = parts;
  return json === "" ? `${rowHead(head)}"${TAIL}` : `${rowHead(head)}${MIDDLE}${json}${TAIL}`;
}

/** The record's text again; a row that neither we nor Keyv wrote comes back as it is. */
export function unwrap(row: string): string {
  if (!row.startsWith(HEAD)) return unwrapText(row) ?? row;
  const head = row.slice(HEAD.length, ROW_HEAD_LENGTH);
  return `${head}.${row.slice(ROW_HEAD_LENGTH + MIDDLE.length, -TAIL.length)}`;
}

function unwrapText(row: string): string | undefined {
  try {
    const { value } = JSON.parse(row) as { readonly value?: unknown };
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
