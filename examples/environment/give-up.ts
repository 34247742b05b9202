/** Ends the process with the reason in one readable message, and exit code 1. */
export function giveUp(error: unknown): never {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
