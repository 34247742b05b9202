import type { AnyEvent } from "@wabakit/core";
import type { Delivery } from "@wabakit/testing";
import { entryName } from "./entry-name.ts";

/** What was seen from outside, in the names of `entryName`. */
export interface Ledgers {
  /** Answered with 200 (ledger A), and everything that was sent. */
  readonly accepted: ReadonlySet<string>;
  readonly sent: ReadonlySet<string>;
  /** What reached the endpoint, and what of it the endpoint took (ledger B). */
  readonly received: readonly Delivery[];
  readonly taken: readonly Delivery[];
  /** What reached the listeners (ledger C). */
  readonly heard: readonly string[];
}

/** The ledgers held against each other. */
export interface Tally {
  readonly accepted: number;
  /** Different events that the endpoint took. */
  readonly delivered: number;
  /** Deliveries of an event that the endpoint had taken before. */
  readonly duplicates: number;
  readonly heardAgain: number;
  /** Accepted, but not delivered; accepted, but not heard. */
  readonly lost: readonly string[];
  readonly unheard: readonly string[];
  /** Delivered or heard, but never sent. */
  readonly unknown: readonly string[];
  /** Delivered under several ids, or with other bytes than the first time. */
  readonly unrecognisable: readonly string[];
}

/** Counts what was accepted, delivered, repeated and lost. */
export function reconcile({ accepted, sent, received, taken, heard }: Ledgers): Tally {
  const delivered = taken.map(nameOf);
  const distinct = new Set(delivered);
  const distinctHeard = new Set(heard);
  return {
    accepted: accepted.size,
    delivered: distinct.size,
    duplicates: delivered.length - distinct.size,
    heardAgain: heard.length - distinctHeard.size,
    lost: [...accepted].filter((name) => !distinct.has(name)),
    unheard: [...accepted].filter((name) => !distinctHeard.has(name)),
    unknown: [...distinct, ...distinctHeard].filter((name) => !sent.has(name)),
    unrecognisable: unrecognisable(received),
  };
}

/** The last line of a test that counts, over all its runs. */
export function summary(tallies: readonly Tally[]): string {
  const total = (count: (tally: Tally) => number) =>
    tallies.reduce((sum, tally) => sum + count(tally), 0);
  const accepted = total((tally) => tally.accepted);
  const delivered = total((tally) => tally.delivered);
  const duplicates = total((tally) => tally.duplicates);
  const lost = total((tally) => tally.lost.length);
  return `accepted ${accepted}, delivered ${delivered}, duplicates ${duplicates}, lost ${lost}`;
}

/** A receiver tells a repeat by its id; so the id has to name one event, and the event one body. */
function unrecognisable(received: readonly Delivery[]): readonly string[] {
  const first = new Map<string, Delivery>();
  return received.flatMap((delivery) => {
    const name = nameOf(delivery);
    const before = first.get(name) ?? delivery;
    first.set(name, before);
    const same = idOf(before) === idOf(delivery) && before.body.equals(delivery.body);
    return same && idOf(delivery) === readEvent(delivery).id ? [] : [name];
  });
}

function nameOf(delivery: Delivery): string {
  return entryName(readEvent(delivery));
}

function idOf({ headers }: Delivery): string {
  return String(headers["webhook-id"]);
}

function readEvent({ body }: Delivery): AnyEvent {
  // Only the hub knows the address, and it sends events.
  return JSON.parse(body.toString()) as AnyEvent;
}
