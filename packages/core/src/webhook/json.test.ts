import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readJson } from "./json.ts";

const read = (text: string) => readJson(Buffer.from(text));

function nested(levels: number, core = "1"): string {
  return "[".repeat(levels) + core + "]".repeat(levels);
}

describe("digits", () => {
  test.each([
    ["9007199254740993", "9007199254740993"],
    ["-9007199254740993", "-9007199254740993"],
    ["123456789012345678901234567890", "123456789012345678901234567890"],
    ["9007199254740991", 9007199254740991],
    ["1689556908120001", 1689556908120001],
    ["-122.16165924072123456", -122.16165924072124],
    ["12345678901234567.5", 12345678901234568],
    ["1e300", 1e300],
  ])("of %s survive", (digits, value) => {
    const spellings = [`{"id":${digits}}`, `{"id" : \n ${digits} }`];
    expect(spellings.map(read)).toEqual(Array(2).fill({ ok: true, value: { id: value } }));
    expect(read(`[0,${digits}]`)).toEqual({ ok: true, value: [0, value] });
  });

  test("inside text stay text", () => {
    const value = {
      body: 'a:12345678901234567890,"b":98765432109876543210',
      user: "US.13574209886431200452",
    };
    expect(read(JSON.stringify(value))).toEqual({ ok: true, value });
  });

  test("of the last of two equal names count, as everywhere in JSON", () => {
    expect(read('{"id":11111111111111111111,"id":22222222222222222222}')).toEqual({
      ok: true,
      value: { id: "22222222222222222222" },
    });
  });
});

describe("depth", () => {
  test("of 64 levels is kept", () => {
    expect(read(nested(64))).toEqual({ ok: true, value: JSON.parse(nested(64)) });
  });

  test("below becomes JSON text, and what is beside it stays", () => {
    const body = `{"deep":${nested(65, '{"a":[1,"x\\"",null,{}],"b":[],"c":true}')},"beside":{"a":1}}`;
    const reading = read(body);
    const value = reading.ok ? reading.value : undefined;
    expect(value).toMatchObject({ beside: { a: 1 } });

    const [text] = JSON.stringify(value).match(/"(?:[^"\\]|\\.)*"(?=\])/) ?? [];
    const inner = JSON.parse(JSON.parse(text ?? ""));
    expect(inner).toEqual([[{ a: [1, 'x"', null, {}], b: [], c: true }]]);
  });

  test("of a million levels does no harm, and loses no digit", () => {
    const reading = read(`{"entry":${nested(1_000_000)},"id":12345678901234567890}`);
    expect(reading).toMatchObject({ ok: true, value: { id: "12345678901234567890" } });
    expect(JSON.stringify(reading)).toContain(nested(1_000_000 - 63));
  });

  test.each(["[".repeat(100), `${nested(100)}]`, `${nested(100)}"`, `"${nested(100)}`])(
    "does not make JSON of what is none",
    (text) => {
      expect(read(text)).toEqual({ ok: false, text });
    },
  );

  test("is not counted inside text", () => {
    const value = { a: '[{"\\'.repeat(100), b: "]}".repeat(100) };
    expect(read(JSON.stringify(value))).toEqual({ ok: true, value });
  });
});

describe("what is no JSON", () => {
  test.each(["", "hello", "{", '{"a":1}x', "\u0000", "NaN"])("is kept as text: %j", (text) => {
    expect(read(text)).toEqual({ ok: false, text });
  });

  test("and no UTF-8 either is kept as far as it can be read", () => {
    const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    expect(readJson(bytes)).toEqual({ ok: false, text: '{"a":"\ufffd"}' });
  });
});

test("a name __proto__ is a name like others and no prototype", () => {
  const reading = read('{"__proto__":{"polluted":12345678901234567890}}');
  const value = reading.ok ? reading.value : undefined;
  expect(Object.keys(value ?? {})).toEqual(["__proto__"]);
  expect(value).not.toHaveProperty("polluted");
  expect({}).not.toHaveProperty("polluted");
});

test("any bytes are read without an exception, and JSON as JSON.parse does", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      readJson(bytes);
    }),
  );
  fc.assert(
    fc.property(fc.json(), (text) => {
      const same = { ok: true, value: JSON.parse(text) };
      if (!/\d{16}/.test(text)) expect(read(text)).toEqual(same);
    }),
  );
});
