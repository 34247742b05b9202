import { describe, expect, it } from "vitest";
import { openStore } from "./open-store.ts";
import { type MakePlace, processPlaces, sharedPlaces } from "./places.ts";

const values = {
  object: { name: "Zoë", list: [1, { deep: null }] },
  text: `"quoted" {"value":"x"}`,
  number: 1.5,
  list: [],
  nothing: null,
};
const keys = Object.keys(values);

/** Keyv answers with a text where records are kept as texts. */
const AS_TEXT = ["Map", "third-party"];
const places = Object.entries<MakePlace>({ ...processPlaces, ...sharedPlaces() });

describe("what the store has written", () => {
  it.each(places)("is read by a plain keyv.get as well, on %s", async (name, make) => {
    const { keyv, store } = await openStore(await make());
    const writes = Object.entries(values).map(([key, value]) => ({ key, value }));
    await store.commit({ guards: [], writes: [...writes, { key: "gone", value: 1 }] });
    await store.commit({ guards: [], writes: [{ key: "gone", value: undefined }] });

    const stored = await store.getMany(keys);
    const expected = stored.map((record) =>
      AS_TEXT.includes(name)
        ? `1.${record?.version}.${JSON.stringify(record?.value)}`
        : { record: `1.${record?.version}`, value: record?.value },
    );
    expect(await Promise.all(keys.map((key) => keyv.get(key)))).toEqual(expected);
    expect(await keyv.getMany(keys)).toEqual(expected);
  });
});
