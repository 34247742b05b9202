import { describe, expect, it } from "vitest";
import { createLastHeards, lastWebhookKey } from "./last-heard.ts";

const keysOf = ({ writes }: { readonly writes: readonly { readonly key: string }[] }) =>
  writes.map(({ key }) => key);

describe("what was last heard", () => {
  it("is noted once a minute, for each key by itself", () => {
    const { note } = createLastHeards();
    const [a, b] = [lastWebhookKey("conn_a"), lastWebhookKey("conn_b")];
    expect(note([a, a], 0).writes).toEqual([{ key: a, value: { at: 0 } }]);
    expect(keysOf(note([a, b], 59_999))).toEqual([b]);
    expect(note([a, b], 60_000).writes).toEqual([{ key: a, value: { at: 60_000 } }]);
    expect(note([], 500_000).writes).toEqual([]);
  });

  it("never goes back in time", () => {
    const { note } = createLastHeards();
    note(["a"], 600_000);
    expect(note(["a"], 0).writes).toEqual([]);
  });

  it("is noted again when the commit has failed", () => {
    const { note } = createLastHeards();
    note(["a"], 0).takeBack();
    expect(note(["a"], 1)).toMatchObject({ writes: [{ value: { at: 1 } }] });
  });

  it("is remembered for 10,000 keys, and for any number within the minute", () => {
    const { note } = createLastHeards();
    const ids = Array.from({ length: 15_000 }, (_, index) => `${index}`);
    expect(note(ids, 0).writes).toHaveLength(15_000);
    expect(note(ids, 1).writes).toHaveLength(0);
    note(["other"], 60_000);
    expect(note(ids, -60_000).writes).toHaveLength(5_001);
  });
});
