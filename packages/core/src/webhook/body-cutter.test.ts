import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { bodyCutter } from "./body-cutter.ts";
import type { ChangePlace } from "./item.ts";
import { parseNotification } from "./parse.ts";

const FOLDER = new URL("../../../../test/fixtures/payloads/", import.meta.url);
const batch = readFileSync(new URL("_batch.mixed_wabas_and_fields.json", FOLDER));

function cut(body: string, ...kept: readonly (readonly [entry: number, change?: number])[]) {
  const places = kept.map(([entry, change]): ChangePlace => ({ entry, change }));
  return Buffer.from(bodyCutter(Buffer.from(body))(places)).toString();
}

const body =
  '{ "object" : "whatsapp_business_account", "more": {"secret": 1},\n' +
  ' "entry": [ {"id":"10" , "changes":[ {"value":"\\u00e9\\/ 1.50"}, {"value":2} ],"time" : 1e2},' +
  ' {"id":"20","changes":[{"value":"😀 }],"}]} ] }';

describe("a body that is cut", () => {
  it("keeps the chosen changes as they stand, and everything else of their entries", () => {
    expect(cut(body, [0, 0], [1, 0])).toBe(
      '{"object" : "whatsapp_business_account","entry":[' +
        '{"id":"10","time" : 1e2,"changes":[{"value":"\\u00e9\\/ 1.50"}]},' +
        '{"id":"20","changes":[{"value":"😀 }],"}]}]}',
    );
  });

  it("holds no entry of which nothing is kept", () => {
    const text = cut(body, [0, 1]);
    expect(JSON.parse(text)).toEqual({
      object: "whatsapp_business_account",
      entry: [{ id: "10", time: 100, changes: [{ value: 2 }] }],
    });
    expect(text).not.toContain("20");
  });

  it("holds nothing of the root but what Meta's receivers know", () => {
    expect(cut(body, [1, 0])).not.toContain("secret");
    expect(cut('{"entry":[{"changes":[1]}]}', [0, 0])).toBe('{"entry":[{"changes":[1]}]}');
  });

  it("reads a member that comes twice as a parser does, and shows the other to nobody", () => {
    const twice =
      '{"entry":7,"entry":[{"changes":[8],"ch\\u0061nges":[1,2],"changes":[{"a":3},4]}]}';
    expect(cut(twice, [0, 0])).toBe('{"entry":[{"changes":[{"a":3}]}]}');
  });

  it("takes a single value for a list of one, and a change that stands on its entry", () => {
    expect(cut('{"entry":{"id":1,"changes":{"field":"a"}}}', [0, 0])).toBe(
      '{"entry":[{"id":1,"changes":[{"field":"a"}]}]}',
    );
    expect(cut('{"entry":[{"id":1, "field":"a"},{"id":2}]}', [0])).toBe(
      '{"entry":[{"id":1, "field":"a"}]}',
    );
  });
});

describe("every sample, cut to all of its changes one by one", () => {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
  test.each(names)("%s reads as the part it is", (name) => {
    const bytes = readFileSync(new URL(name, FOLDER));
    const original = parseNotification(bytes);
    const cut = bodyCutter(bytes);
    for (const change of original.changes) {
      const part = parseNotification(cut([change]));
      expect(part.items).toEqual(change.items);
    }
    const whole = parseNotification(cut(original.changes));
    expect(whole).toEqual(original);
  });
});

test("a batch of several accounts falls into slices of itself", () => {
  const { changes } = parseNotification(batch);
  expect(changes.length).toBeGreaterThan(2);
  const { entry } = JSON.parse(batch.toString());
  for (const { entry: at, change = 0 } of changes) {
    const text = Buffer.from(bodyCutter(batch)([{ entry: at, change }])).toString();
    const { changes: own, ...others } = entry[at];
    expect(JSON.parse(text).entry).toEqual([{ ...others, changes: [own[change]] }]);
    const slice = text.slice(text.indexOf('"changes":[') + '"changes":['.length, -"]}]}".length);
    expect(batch.includes(slice)).toBe(true);
  }
});
