/** An instant as the API shows those of a connection: ISO 8601 in whole seconds, UTC. */
export function instant(at: number | null): string | null {
  return at === null ? null : wholeSeconds(at);
}

/** As `instant`, where there is one. */
export function wholeSeconds(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
