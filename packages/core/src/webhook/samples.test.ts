import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { itemIdentity } from "./identity.ts";
import { asList, isObject } from "./lenient.ts";
import { parseNotification } from "./parse.ts";
import { presentItem } from "./present.ts";
import type { PresentedItem } from "./update-data.ts";

const FOLDER = new URL("../../../../test/fixtures/payloads/", import.meta.url);
const names = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
const samples = names.map((name) => ({ name, bytes: readFileSync(new URL(name, FOLDER)) }));

const parse = (bytes: Uint8Array) => parseNotification(bytes).items;

/** What each sample has to become, written by hand: types, and the main facts of each event's data. */
const EXPECTED: Readonly<Record<string, readonly object[]>> = JSON.parse(
  readFileSync(new URL("../expected/events.json", FOLDER), "utf8"),
);

type Value = Readonly<Record<string, readonly Element[] | undefined>>;
interface Element {
  readonly id?: string;
  readonly status?: string;
  readonly event?: string;
  readonly event_name?: string;
}

interface Envelope {
  readonly entry: readonly {
    readonly id: string;
    readonly time?: number;
    readonly changes: readonly { readonly field: string; readonly value: Value }[];
  }[];
}

/** Lists whose elements Meta names by an id, in one field or another. */
const NAMED = ["messages", "statuses", "message_echoes", "calls", "automatic_events"];
const UNNAMED = ["groups", "history", "state_sync", "user_preferences"];

/** What a sample holds, told without any of the code under test. */
function contentsOf(bytes: Buffer): readonly string[] {
  const { entry }: Envelope = JSON.parse(bytes.toString());
  return entry.flatMap(({ id, time, changes }) =>
    changes.flatMap(({ field, value }) => {
      const inner = (value.standby ?? value) as Value;
      const place = `${JSON.stringify(value.metadata)} ${field}`;
      const named = NAMED.flatMap((list) => (inner[list] ?? []).map((one) => nameOf(list, one)));
      const lists = field === "messages" ? ["errors", ...UNNAMED] : UNNAMED;
      const others = lists.flatMap((list) => inner[list] ?? []).map((one) => JSON.stringify(one));
      const parts = [...named, ...others].map((part) => `${place} ${part}`);
      return parts.length > 0 ? parts : [JSON.stringify([id, time, field, value])];
    }),
  );
}

function nameOf(list: string, { id, status, event, event_name }: Element): string {
  const step = list === "statuses" ? status : event;
  return [list, id, step, event_name].join(" ");
}

test("there are samples", () => {
  expect(samples.length).toBeGreaterThan(100);
});

describe.each(samples)("$name", ({ name, bytes }) => {
  test("loses nothing", () => {
    expect(parse(bytes)).toHaveLength(contentsOf(bytes).length);
  });

  test("has the same identities when it comes again", () => {
    const identities = () => parse(Buffer.from(bytes)).map((item) => itemIdentity("app", item));
    expect(identities()).toEqual(identities());
    expect(new Set(identities()).size).toBe(identities().length);
  });

  test("is presented as what it is", () => {
    expect(parse(bytes).map(presentItem)).toMatchObject([...(EXPECTED[name] ?? [])]);
  });

  test("is told completely and as JSON", () => {
    const told = parse(bytes).map(presentItem);
    expect(JSON.parse(JSON.stringify(told))).toStrictEqual(told);
    expect(missingFrom(told, JSON.parse(bytes.toString()))).toEqual([]);
  });
});

test("every sample has an expectation", () => {
  expect(Object.keys(EXPECTED).sort()).toEqual(names.toSorted());
});

test("a known type is never typed as unknown", () => {
  const told = samples.flatMap(({ bytes }) => parse(bytes).map(presentItem));
  const messages = told.filter((item) => item.type === "message.received");
  const types = new Set(messages.map(({ data }) => data.message.type));
  expect(types).not.toContain("unknown");
  expect(types.size).toBe(12);
});

test("no event says otherwise whom it concerns", () => {
  const told = samples.flatMap(({ bytes }) => parse(bytes).map(presentItem));
  const names = new Set(told.flatMap(({ data }) => Object.keys(data)));
  const subject = ["tenantId", "connectionId", "wabaId", "phoneNumberId", "metadata"];
  expect(subject.filter((name) => names.has(name))).toEqual([]);
});

test("different updates have different identities, equal ones the same", () => {
  const pairs = samples.flatMap(({ bytes }) => {
    const contents = contentsOf(bytes);
    return parse(bytes).map((item, at) => [contents[at], itemIdentity("app", item)] as const);
  });
  const contents = new Set(pairs.map(([content]) => content));
  const identities = new Set(pairs.map(([, identity]) => identity));
  const both = new Set(pairs.map((pair) => pair.join("\n")));
  expect(identities.size).toBe(contents.size);
  expect(both.size).toBe(contents.size);
});

describe("hostile variations", () => {
  const edit = fc.record({
    path: fc.array(fc.nat(), { minLength: 1, maxLength: 9 }),
    replacement: fc.oneof(fc.jsonValue(), fc.constantFrom(null, [], {}, "", "messages", 1e300)),
    name: fc.option(
      fc.constantFrom("__proto__", "constructor", "id", "field", "value", "entry", "x"),
    ),
  });
  const variation = fc.record({
    sample: fc.constantFrom(...samples),
    edits: fc.array(edit, { minLength: 1, maxLength: 5 }),
  });

  test("never throw, and lose nothing", () => {
    fc.assert(
      fc.property(variation, ({ sample, edits }) => {
        const root: unknown = JSON.parse(sample.bytes.toString());
        for (const each of edits) apply(root, each);
        const body = Buffer.from(JSON.stringify(root));
        const items = parse(body);
        for (const item of items) itemIdentity("app", item);
        expect(missingFrom(items.map(presentItem), JSON.parse(body.toString()))).toEqual([]);
      }),
      { numRuns: 5_000 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test("of the bytes never throw either", () => {
    const flip = fc.tuple(fc.constantFrom(...samples), fc.nat(), fc.nat(255));
    fc.assert(
      fc.property(flip, ([{ bytes }, at, byte]) => {
        const mutated = Buffer.from(bytes);
        mutated.writeUInt8(byte, at % bytes.length);
        for (const item of parse(mutated)) presentItem(item);
      }),
      { numRuns: 5_000 },
    );
  });
});

interface Edit {
  readonly path: readonly number[];
  readonly replacement: unknown;
  readonly name: string | null;
}

/** Replaces the node at a path, or puts one beside it under a name. */
function apply(root: unknown, { path, replacement, name }: Edit): void {
  const parent = path.slice(0, -1).reduce(childOf, root);
  if (typeof parent !== "object" || parent === null) return;
  const target = name ?? keyOf(parent, path.at(-1) ?? 0);
  const value = structuredClone(replacement);
  // Not an assignment: a name `__proto__` shall become an own property, as in parsed JSON.
  Object.defineProperty(parent, target, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function childOf(node: unknown, step: number): unknown {
  if (typeof node !== "object" || node === null) return undefined;
  return Object.getOwnPropertyDescriptor(node, keyOf(node, step))?.value;
}

function keyOf(node: object, step: number): string {
  const keys = Object.keys(node);
  return keys[step % Math.max(keys.length, 1)] ?? "x";
}

/** The texts of all updates in a body that no event tells. */
function missingFrom(told: readonly PresentedItem[], root: unknown): readonly string[] {
  const texts = new Set(told.flatMap(({ data }) => textsIn("raw" in data ? data.raw : data.value)));
  return updatesIn(root)
    .flatMap(textsIn)
    .filter((text) => !texts.has(text));
}

function updatesIn(root: unknown): readonly unknown[] {
  const entries = isObject(root) ? asList(root.entry) : undefined;
  const changes = entries?.flatMap(
    (entry) => (isObject(entry) ? asList(entry.changes) : null) ?? [entry],
  );
  return (changes ?? [root]).map((change) =>
    isObject(change) && Object.hasOwn(change, "value") ? change.value : change,
  );
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
