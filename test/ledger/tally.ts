import type { Arrivals } from "./arrivals.ts";

/** What was seen from outside, in the names of `entryName`. */
export interface Ledgers {
  /** Answered with 200 (ledger A), and everything that was sent. */
  readonly accepted: ReadonlySet<string>;
  readonly sent: ReadonlySet<string>;
  /** What reached the endpoints (ledgers B), and what each of them wants. */
  readonly endpoints: readonly EndpointLedger[];
  /** How often the listeners of all lives heard what (ledger C). */
  readonly heard: ReadonlyMap<string, number>;
}

/** An endpoint, as seen from outside. */
export interface EndpointLedger {
  readonly wants: (name: string) => boolean;
  readonly arrivals: Pick<Arrivals, "taken" | "unrecognisable">;
}

/** One ledger held against what was accepted. */
export interface Reckoning {
  /** Accepted, and wanted here. */
  readonly wanted: number;
  /** Different events of those. */
  readonly delivered: number;
  /** Events that were there already. */
  readonly duplicates: number;
  /** Wanted, and not there. */
  readonly lost: readonly string[];
  /** There, and never sent, or not wanted. */
  readonly unknown: readonly string[];
}

/** The ledgers held against each other. */
export interface Tally {
  readonly accepted: number;
  readonly endpoints: readonly Reckoning[];
  readonly listener: Reckoning;
  /** Delivered under several ids, or with other bytes than the first time. */
  readonly unrecognisable: readonly string[];
}

/** Counts what was accepted, delivered, repeated and lost. */
export function reconcile({ accepted, sent, endpoints, heard }: Ledgers): Tally {
  return {
    accepted: accepted.size,
    endpoints: endpoints.map(({ wants, arrivals }) =>
      reckon({ accepted, sent, wants }, arrivals.taken),
    ),
    listener: reckon({ accepted, sent, wants: () => true }, heard),
    unrecognisable: endpoints.flatMap(({ arrivals }) => [...arrivals.unrecognisable]),
  };
}

type Expected = Pick<Ledgers, "accepted" | "sent"> & Pick<EndpointLedger, "wants">;

function reckon(
  { accepted, sent, wants }: Expected,
  counts: ReadonlyMap<string, number>,
): Reckoning {
  const wanted = [...accepted].filter(wants);
  const lost = wanted.filter((name) => !counts.has(name));
  let times = 0;
  for (const count of counts.values()) times += count;
  return {
    wanted: wanted.length,
    delivered: wanted.length - lost.length,
    duplicates: times - counts.size,
    lost,
    unknown: [...counts.keys()].filter((name) => !sent.has(name) || !wants(name)),
  };
}

/** What endpoints and listener have lost. */
export function lostIn({ endpoints, listener }: Tally): readonly string[] {
  return [...endpoints, listener].flatMap(({ lost }) => lost);
}

/** What nobody sent, or nobody wanted. */
export function unknownIn({ endpoints, listener }: Tally): readonly string[] {
  return [...endpoints, listener].flatMap(({ unknown }) => unknown);
}

/** Repeats at the endpoints. */
export function duplicatesIn({ endpoints }: Tally): number {
  return endpoints.reduce((sum, { duplicates }) => sum + duplicates, 0);
}

/** The last line of a test that counts, over all its runs. */
export function summary(tallies: readonly Tally[]): string {
  const total = (count: (tally: Tally) => number) =>
    tallies.reduce((sum, tally) => sum + count(tally), 0);
  const delivered = total(({ endpoints }) =>
    endpoints.reduce((sum, endpoint) => sum + endpoint.delivered, 0),
  );
  return [
    `accepted ${total(({ accepted }) => accepted)}`,
    `delivered ${delivered}`,
    `duplicates ${total(duplicatesIn)}`,
    `lost ${total((tally) => lostIn(tally).length)}`,
  ].join(", ");
}
