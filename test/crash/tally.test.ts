import type { Delivery } from "@wabakit/testing";
import { describe, expect, test } from "vitest";
import { type Ledgers, reconcile, summary } from "./tally.ts";

const A = delivery("evt_1", "wamid.a");
const B = delivery("evt_2", "wamid.b");

function delivery(id: string, wamid: string, more: object = {}): Delivery {
  const event = { event: "message.received", id, data: { message: { wamid }, ...more } };
  const body = Buffer.from(JSON.stringify(event));
  return { method: "POST", path: "/", headers: { "webhook-id": id }, body, at: 0 };
}

function tally(changes: Partial<Ledgers>) {
  const names = new Set(["wamid.a", "wamid.b"]);
  const taken = changes.taken ?? [A, B];
  return reconcile({
    accepted: names,
    sent: names,
    received: taken,
    taken,
    heard: [...names],
    ...changes,
  });
}

describe("a tally", () => {
  test("finds nothing wrong when everything came once", () => {
    expect(tally({})).toEqual({
      accepted: 2,
      delivered: 2,
      duplicates: 0,
      heardAgain: 0,
      lost: [],
      unheard: [],
      unknown: [],
      unrecognisable: [],
    });
  });

  test("names what was accepted and did not arrive at the endpoint, or the listeners", () => {
    expect(tally({ taken: [B, B] })).toMatchObject({ lost: ["wamid.a"], unheard: [] });
    expect(tally({ heard: ["wamid.a"] })).toMatchObject({ lost: [], unheard: ["wamid.b"] });
  });

  test("does not miss what was sent without an answer, and does not mind it either", () => {
    const accepted = new Set(["wamid.a"]);
    expect(tally({ accepted, taken: [A] })).toMatchObject({ lost: [], unknown: [] });
    expect(tally({ accepted })).toMatchObject({ delivered: 2, lost: [], unknown: [] });
  });

  test("names what nobody sent", () => {
    const sent = new Set(["wamid.a"]);
    expect(tally({ sent, accepted: sent }).unknown).toContain("wamid.b");
  });

  test("counts repeats", () => {
    const heard = ["wamid.a", "wamid.b", "wamid.a"];
    expect(tally({ taken: [A, B, A, A], heard })).toMatchObject({ duplicates: 2, heardAgain: 1 });
  });

  test("takes a refused delivery for no delivery", () => {
    expect(tally({ received: [A, A, B] })).toMatchObject({ duplicates: 0, unrecognisable: [] });
    expect(tally({ received: [A, B], taken: [B] }).lost).toEqual(["wamid.a"]);
  });

  test("names repeats that a receiver cannot tell by their id", () => {
    const otherId = delivery("evt_3", "wamid.a");
    const otherBody = delivery("evt_1", "wamid.a", { more: true });
    const otherHeader = { ...A, headers: { "webhook-id": "msg_1" } };
    for (const repeat of [otherId, otherBody, otherHeader]) {
      expect(tally({ taken: [A, B, repeat] }).unrecognisable).toEqual(["wamid.a"]);
    }
  });

  test("is summed up in one line", () => {
    const line = summary([tally({}), tally({ taken: [B, B] })]);
    expect(line).toBe("accepted 4, delivered 3, duplicates 1, lost 1");
  });
});
