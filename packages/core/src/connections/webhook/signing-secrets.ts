import type { SigningSecrets } from "../waba.ts";

/** For how long a secret that was replaced still signs beside the new one. */
const OVERLAP_MS = 24 * 60 * 60 * 1000;

/** The secrets after a new one, sealed, has come. */
export function newSecrets(
  before: SigningSecrets | null,
  current: string,
  now: number,
): SigningSecrets {
  const previousUntil = before && now + OVERLAP_MS;
  return { current, previous: before?.current ?? null, previousUntil };
}
