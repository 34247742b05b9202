import { readdirSync, readFileSync } from "node:fs";
import type { AnyEvent } from "@wabakit/core";
import { expect } from "vitest";

const FIXTURES = new URL("../fixtures/", import.meta.url);

/** The body of a POST as Meta documents it, and what it has to become. */
export interface Sample {
  readonly name: string;
  readonly body: object;
  /** Types, and the main facts of each event's data: written by hand. */
  readonly expected: readonly Expected[];
}

interface Expected {
  readonly type: string;
  readonly data: object;
}

/** Some samples are about the same message; here each is about one of its own. */
export function readSamples(): readonly Sample[] {
  const expected: Readonly<Record<string, unknown>> = JSON.parse(read("expected/events.json"));
  const names = readdirSync(new URL("payloads/", FIXTURES)).filter((name) => /\.json$/.test(name));
  return names.map((name, index) => {
    const renamed = (text: string) => JSON.parse(text.replaceAll("wamid.", `wamid.${index}x`));
    return {
      name,
      body: renamed(read(`payloads/${name}`)),
      expected: renamed(JSON.stringify(expected[name] ?? [])),
    };
  });
}

function read(path: string): string {
  return readFileSync(new URL(path, FIXTURES), "utf8");
}

/**
 * Holds what was heard of a sample against what was expected, in any order; not what comes of it for
 * connections.
 */
export function expectTold(heard: readonly AnyEvent[], { name, expected }: Sample): void {
  const told = heard.filter(({ type }) => !type.startsWith("connection.")).map(updateOf);
  expect(told.map(({ type }) => type).sort(), name).toEqual(
    expected.map(({ type }) => type).sort(),
  );
  for (const update of expected) expect(told, name).toContainEqual(containing(update));
}

/** What was told, also where it was told to the host alone. */
function updateOf(event: AnyEvent) {
  const { type, data } = event.type === "webhook.unrouted" ? event.data.update : event;
  return { type, data };
}

/** Matches whatever has the same facts, on every level, and others beside them. */
function containing(facts: unknown): unknown {
  if (Array.isArray(facts)) return facts.map(containing);
  if (typeof facts !== "object" || facts === null) return facts;
  const inner = Object.entries(facts).map(([name, fact]) => [name, containing(fact)]);
  return expect.objectContaining(Object.fromEntries(inner));
}
