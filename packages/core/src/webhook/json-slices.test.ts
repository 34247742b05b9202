import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elementsOf, membersOf, type Slice, wholeValue } from "./json-slices.ts";

/** JSON in one of the spellings it may have: with space, with every letter escaped, or plain. */
const spelled = fc
  .tuple(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom("", " ", "\t", "\n"), fc.boolean())
  .map(([value, indent, isEscaped]) => {
    const text = JSON.stringify(value, null, indent);
    return isEscaped ? text.replaceAll(/[^\x20-\x7e]/g, escaped) : text;
  });

function escaped(character: string): string {
  if (/\s/.test(character)) return character;
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

const textOf = (bytes: Uint8Array, { start, end }: Slice) =>
  Buffer.from(bytes.subarray(start, end)).toString();

/** What the slices say, read again at every level. */
function reread(bytes: Uint8Array, slice: Slice): unknown {
  const text = textOf(bytes, slice);
  if (text.startsWith("[")) return elementsOf(bytes, slice).map((one) => reread(bytes, one));
  if (!text.startsWith("{")) return JSON.parse(text);
  const members = membersOf(bytes, slice).map(({ name, value }) => [name, reread(bytes, value)]);
  return Object.fromEntries(members);
}

describe("slices of JSON", () => {
  it("say what JSON.parse says, whatever the value and its spelling", () => {
    fc.assert(
      fc.property(spelled, fc.constantFrom("", "\ufeff", " \r\n"), (text, before) => {
        const bytes = Buffer.from(`${before}${text}${before && "\n"}`);
        expect(reread(bytes, wholeValue(bytes))).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it("of members hold their names as they were written", () => {
    const bytes = Buffer.from('{ "a\\u0062" : 1 ,"é":[2] }');
    const members = membersOf(bytes, wholeValue(bytes));
    expect(members.map(({ name }) => name)).toEqual(["ab", "é"]);
    expect(members.map((member) => textOf(bytes, member))).toEqual(['"a\\u0062" : 1', '"é":[2]']);
  });

  it("of a name that comes twice are both there", () => {
    const bytes = Buffer.from('{"a":1,"a":2}');
    expect(membersOf(bytes, wholeValue(bytes)).map(({ value }) => textOf(bytes, value))).toEqual([
      "1",
      "2",
    ]);
  });

  it("of what is no list are itself", () => {
    const bytes = Buffer.from(' {"a":[1]} ');
    expect(elementsOf(bytes, wholeValue(bytes)).map((one) => textOf(bytes, one))).toEqual([
      '{"a":[1]}',
    ]);
  });

  it("are found however deep the JSON goes", () => {
    const deep = "[".repeat(500_000) + "]".repeat(500_000);
    const bytes = Buffer.from(`[1,${deep},{"a":${deep}}]`);
    const [, second, third] = elementsOf(bytes, wholeValue(bytes));
    expect(second && textOf(bytes, second) === deep).toBe(true);
    expect(third && membersOf(bytes, third)).toMatchObject([{ name: "a" }]);
  });

  it("of bytes that are no JSON come to an end, within the bytes", () => {
    const garbage = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.string({ unit: fc.constantFrom(...'[]{}",:\\ 1a'), maxLength: 64 }).map(Buffer.from),
    );
    fc.assert(
      fc.property(garbage, (bytes) => {
        const whole = wholeValue(bytes);
        const members = membersOf(bytes, whole);
        const slices = [whole, ...members, ...members.map(({ value }) => value)];
        for (const { start, end } of [...slices, ...elementsOf(bytes, whole)]) {
          expect(start).toBeLessThanOrEqual(end);
          expect(end).toBeLessThanOrEqual(bytes.length);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
