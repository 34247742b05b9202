import { DatabaseSync } from "node:sqlite";

const SQLITE_BUSY = 5;

/**
 * Makes this process the only one on a SQLite file, by holding an exclusive transaction on a lock
 * database beside it. The operating system frees it when the process dies, however it dies.
 *
 * @returns Lets go of the file.
 * @throws {Error} When another process, or another hub in this one, holds it.
 */
export function lockDatabase(file: string): () => void {
  if (isInMemory(file)) return () => {};

  const path = lockPath(file);
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(path);
    lock.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    lock?.close();
    throw new Error(isBusy(cause) ? inUse(file, path) : `Cannot lock ${file} by ${path}.`, {
      cause,
    });
  }
  return () => lock.close();
}

function isInMemory(file: string): boolean {
  return file === "" || file.includes(":memory:") || file.includes("mode=memory");
}

/** SQLite takes `file:` for a URI, whose query is not part of the file's name. */
function lockPath(file: string): string {
  const name = file.startsWith("file:") ? file.replace(/\?.*$/, "") : file;
  return `${name}.lock`;
}

function isBusy(cause: unknown): boolean {
  return cause instanceof Error && "errcode" in cause && cause.errcode === SQLITE_BUSY;
}

function inUse(file: string, path: string): string {
  return `Another process uses ${file} (it holds ${path}). SQLite serves one process: stop the other one, give this one its own file, or use Redis or PostgreSQL for several.`;
}
