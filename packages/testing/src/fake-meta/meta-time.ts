/** Meta's own ISO 8601: seconds, and an offset without a colon. */
export function metaTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}+0000`;
}
