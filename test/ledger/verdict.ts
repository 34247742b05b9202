import { isAsMeant, type LifeEnd, type Outcome } from "./run.ts";
import { CONCURRENCY } from "./setting.ts";
import { duplicatesIn, lostIn, unknownIn } from "./tally.ts";

/** How many events the listeners may be hearing at once. */
const LISTENING = 32;

/** How often a life was killed, by how. */
export function countEnds(ends: readonly LifeEnd[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { ending, signal } of ends) {
    if (signal !== "SIGKILL") continue;
    counts.set(ending.kind, (counts.get(ending.kind) ?? 0) + 1);
  }
  return counts;
}

/** The named places at which lives have ended by themselves. */
export function placesMet(ends: readonly LifeEnd[]): ReadonlySet<string> {
  const met = ends.flatMap(({ ending, byItself }) =>
    byItself && ending.kind === "at a place" ? [`${ending.death.when} ${ending.death.at}`] : [],
  );
  return new Set(met);
}

/** How often something broke off what was under way: each time what is in flight may come again. */
export function interruptions(ends: readonly LifeEnd[]): number {
  const outages = ends.filter(({ ending }) => ending.kind === "after an outage").length;
  return ends.filter(({ signal }) => signal === "SIGKILL").length + outages;
}

/** The most repeats that are promised: what is under way at once, for each interruption. */
export function mostDuplicates({ ends, tally }: Outcome): number {
  return interruptions(ends) * CONCURRENCY * tally.endpoints.length;
}

/** While a store is away, listeners go on with what is in memory; all of that is heard again. */
function mostHeardAgain(ends: readonly LifeEnd[]): number {
  const hasOutages = ends.some(({ ending }) => ending.kind === "after an outage");
  return hasOutages ? Number.POSITIVE_INFINITY : interruptions(ends) * LISTENING;
}

/** What is wrong with an outcome, in sentences; nothing when every promise was kept. */
export function faultsOf(outcome: Outcome): readonly string[] {
  const { ends, lastEnds, tally } = outcome;
  const lost = lostIn(tally);
  const unknown = unknownIn(tally);
  const hasOutages = ends.some(({ ending }) => ending.kind === "after an outage");
  // A store that is away may keep a life from starting; nothing else may.
  const strange = ends.filter((end) => !isAsMeant(end) && !hasOutages);
  return [
    ...about(lost, "were accepted and are lost"),
    ...about(unknown, "came although nobody sent them"),
    ...about(tally.unrecognisable, "came again with another id or other bytes"),
    ...tooMany("deliveries came again", duplicatesIn(tally), mostDuplicates(outcome)),
    ...tooMany("events were heard again", tally.listener.duplicates, mostHeardAgain(ends)),
    ...strange.map(({ code, complaints }) => `A life ended with ${code}: ${complaints}`),
    ...lastEnds
      .filter(({ code }) => code !== 0)
      .map(({ code, complaints }) => `The last life ended with ${code}: ${complaints}`),
  ];
}

function about(names: readonly string[], what: string): readonly string[] {
  if (names.length === 0) return [];
  return [`${names.length} ${what}, first of all ${names.slice(0, 5).join("; ")}.`];
}

function tooMany(what: string, count: number, most: number): readonly string[] {
  return count > most ? [`${count} ${what}, and ${most} is the most that is promised.`] : [];
}
