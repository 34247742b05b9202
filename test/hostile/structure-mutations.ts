import fc from "fast-check";
import { EDGES, NAMES } from "./json-edges.ts";

/** One change of a tree. Texts that start with `@` stand for JSON that no serializer writes. */
interface Edit {
  /** Which child to go to, from the root on. */
  readonly path: readonly number[];
  readonly how: "replace" | "delete" | "rename" | "add" | "double";
  readonly value: unknown;
  readonly name: string;
}

const edge = fc.nat(EDGES.length - 1).map((index) => `@edge${index}@`);

const edit: fc.Arbitrary<Edit> = fc.record({
  path: fc.array(fc.nat(30), { minLength: 1, maxLength: 9 }),
  how: fc.constantFrom("replace", "delete", "rename", "add", "double"),
  value: fc.oneof(edge, fc.jsonValue({ maxDepth: 3 })),
  name: fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 8 })),
});

/** JSON texts whose nodes were replaced, deleted, renamed, added and doubled. */
export function mutatedJson(trees: readonly unknown[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...trees), fc.array(edit, { minLength: 1, maxLength: 5 }))
    .map(([tree, edits]) => {
      const root = { root: structuredClone(tree) };
      for (const each of edits) apply(root, each);
      return spell(JSON.stringify(root.root) ?? "");
    });
}

/** What a document may begin and end with. */
const wrappings = [
  ["", ""],
  ["\ufeff", ""],
  ["\u0000", ""],
  ["", "\u0000"],
  [" \t\r\n", "\n\n"],
  ["[", "]"],
  ["", "{}"],
  ["/**/", ""],
] as const;

/** Mutated JSON as bytes: mostly as it is, sometimes with something around it, sometimes as UTF-16. */
export function mutatedDocument(trees: readonly unknown[]): fc.Arbitrary<Buffer> {
  const wrapping = fc.oneof(
    { weight: 6, arbitrary: fc.constant(wrappings[0]) },
    { weight: 1, arbitrary: fc.constantFrom(...wrappings) },
  );
  const encoding = fc.oneof(
    { weight: 20, arbitrary: fc.constant("utf8" as const) },
    { weight: 1, arbitrary: fc.constantFrom("utf16le" as const, "latin1" as const) },
  );
  return fc
    .tuple(mutatedJson(trees), wrapping, encoding)
    .map(([text, [before, after], as]) => Buffer.from(before + text + after, as));
}

function apply(root: object, { path, how, value, name }: Edit): void {
  const parent = path.slice(0, -1).reduce<object>((node, step) => childOf(node, step), root);
  const key = keyOf(parent, path.at(-1) ?? 0) ?? name;
  const old = Object.getOwnPropertyDescriptor(parent, key)?.value;
  if (how === "delete" || how === "rename") Reflect.deleteProperty(parent, key);
  if (how === "replace") put(parent, key, value);
  if (how === "double") put(parent, `${key}@twin@`, old);
  if (how === "rename") put(parent, name, old);
  if (how === "add") put(parent, name, value);
}

/** Not an assignment: a name `__proto__` shall become an own property, as in parsed JSON. */
function put(parent: object, name: string, value: unknown): void {
  if (Array.isArray(parent)) return void parent.push(value);
  const own = { value, enumerable: true, configurable: true, writable: true };
  Object.defineProperty(parent, name, own);
}

function childOf(node: object, step: number): object {
  const key = keyOf(node, step);
  const child = key === undefined ? node : Object.getOwnPropertyDescriptor(node, key)?.value;
  return typeof child === "object" && child !== null ? child : node;
}

function keyOf(node: object, step: number): string | undefined {
  const keys = Object.keys(node);
  return keys[step % Math.max(keys.length, 1)];
}

/** Puts in what a serializer would not write: odd values, and names that are there twice. */
function spell(text: string): string {
  return text
    .replaceAll(/"@edge(\d+)@"/g, (_, index) => EDGES[Number(index)] ?? "null")
    .replaceAll("@twin@", "");
}
