/** What is told of a back end that does not let us in. Node leaves the message of some such errors empty. */
export function unreachable(backend: string, cause: unknown): Error {
  const { message, code } = cause instanceof Error ? (cause as NodeJS.ErrnoException) : {};
  return new Error(`${backend} cannot be reached: ${message || code || cause}`, { cause });
}
