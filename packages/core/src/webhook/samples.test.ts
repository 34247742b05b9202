import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { itemIdentity } from "./identity.ts";
import { asList, isObject } from "./lenient.ts";
import { parseNotification } from "./parse.ts";
import { type PresentedItem, presentItem } from "./present.ts";

const FOLDER = new URL("../../../../test/fixtures/payloads/", import.meta.url);
const names = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
const samples = names.map((name) => ({ name, bytes: readFileSync(new URL(name, FOLDER)) }));

const parse = (bytes: Uint8Array) => parseNotification(bytes).items;

interface Change {
  readonly field: string;
  readonly value: Record<string, readonly { id?: string; status?: string }[] | undefined>;
}

interface Envelope {
  readonly entry: readonly { id: string; time?: number; changes: readonly Change[] }[];
}

/** What a sample holds, told without any of the code under test. */
function contentsOf(bytes: Buffer): readonly string[] {
  const { entry }: Envelope = JSON.parse(bytes.toString());
  return entry.flatMap(({ id, time, changes }) =>
    changes.flatMap(({ field, value }) => {
      if (field !== "messages") return [JSON.stringify([id, time, field, value])];
      const { messages = [], statuses = [], errors = [], metadata } = value;
      const number = JSON.stringify(metadata);
      return [
        ...messages.map((message) => `${number} message ${message.id}`),
        ...statuses.map((status) => `${number} ${status.status} of ${status.id}`),
        ...errors.map((error) => `${number} ${JSON.stringify(error)}`),
      ];
    }),
  );
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
    const expected = /^(messages|statuses)\./.test(name) && !name.includes("value_errors");
    const types = parse(bytes).map((item) => presentItem(item).type);
    const type = name.startsWith("messages.") ? "message.received" : "message.status_updated";
    if (name.startsWith("_batch")) return expect(new Set(types).size).toBe(3);
    expect(new Set(types)).toEqual(new Set([expected ? type : "webhook.unknown"]));
  });

  test("is told completely and as JSON", () => {
    const told = parse(bytes).map(presentItem);
    expect(JSON.parse(JSON.stringify(told))).toStrictEqual(told);
    expect(missingFrom(told, JSON.parse(bytes.toString()))).toEqual([]);
  });
});

test("a known type is never typed as unknown", () => {
  const told = samples.flatMap(({ bytes }) => parse(bytes).map(presentItem));
  const messages = told.filter((item) => item.type === "message.received");
  const types = new Set(messages.map(({ data }) => data.message.type));
  expect(types).not.toContain("unknown");
  expect(types.size).toBe(14);
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
