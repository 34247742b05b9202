import { describe, expect, it } from "vitest";
import { createLastWebhooks, lastWebhookKey } from "./last-webhook.ts";

const keysOf = ({ writes }: { readonly writes: readonly { readonly key: string }[] }) =>
  writes.map(({ key }) => key);

describe("the last webhook of a connection", () => {
  it("is noted once a minute, for each connection by itself", () => {
    const { note } = createLastWebhooks();
    const [a, b] = [lastWebhookKey("conn_a"), lastWebhookKey("conn_b")];
    expect(note(["conn_a", "conn_a"], 0).writes).toEqual([{ key: a, value: { at: 0 } }]);
    expect(keysOf(note(["conn_a", "conn_b"], 59_999))).toEqual([b]);
    expect(note(["conn_a", "conn_b"], 60_000).writes).toEqual([{ key: a, value: { at: 60_000 } }]);
    expect(note([], 500_000).writes).toEqual([]);
  });

  it("never goes back in time", () => {
    const { note } = createLastWebhooks();
    note(["conn_a"], 600_000);
    expect(note(["conn_a"], 0).writes).toEqual([]);
  });

  it("is noted again when the commit has failed", () => {
    const { note } = createLastWebhooks();
    note(["conn_a"], 0).takeBack();
    expect(note(["conn_a"], 1)).toMatchObject({ writes: [{ value: { at: 1 } }] });
  });

  it("is remembered for 10,000 connections, and for any number within the minute", () => {
    const { note } = createLastWebhooks();
    const ids = Array.from({ length: 15_000 }, (_, index) => `conn_${index}`);
    expect(note(ids, 0).writes).toHaveLength(15_000);
    expect(note(ids, 1).writes).toHaveLength(0);
    note(["conn_other"], 60_000);
    expect(note(ids, -60_000).writes).toHaveLength(5_001);
  });
});
