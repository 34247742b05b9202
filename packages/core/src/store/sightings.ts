import type { Clock } from "../clock.ts";

interface Sighting {
  readonly version: string;
  readonly since: number;
}

/**
 * What others renew while they live, as seen on our own clock: whoever has renewed nothing for a lease
 * time may be taken for dead. Clocks of several machines are never compared.
 */
export interface Sightings {
  /** For how long `name` has been at this version, in milliseconds, as far as we have seen. */
  unchangedFor(name: string, version: string): number;
  forget(name: string): void;
}

/** Beyond this many names, the one seen changing longest ago is forgotten. */
const MOST = 10_000;

export function openSightings(clock: Clock): Sightings {
  const seen = new Map<string, Sighting>();
  return {
    unchangedFor(name, version) {
      const now = clock.now();
      const known = seen.get(name);
      if (known?.version === version) return now - known.since;
      seen.delete(name);
      seen.set(name, { version, since: now });
      const [oldest] = seen.keys();
      if (seen.size > MOST && oldest !== undefined) seen.delete(oldest);
      return 0;
    },
    forget: (name) => void seen.delete(name),
  };
}
