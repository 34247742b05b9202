import { describe, expect, test } from "vitest";
import { openArrivals } from "./arrivals.ts";
import { duplicatesIn, type Ledgers, lostIn, reconcile, summary, unknownIn } from "./tally.ts";

const A = "wamid.a";
const B = "wamid.b";

interface Posted {
  readonly name: string;
  readonly id?: string;
  readonly header?: string;
  readonly more?: object;
  readonly refused?: boolean;
}

/** An endpoint to which these came. */
function endpoint(posts: readonly Posted[], wants = (_name: string) => true) {
  const arrivals = openArrivals();
  for (const { name, id = `evt ${name}`, header = id, more, refused } of posts) {
    const told = { event: "message.received", id, data: { message: { wamid: name }, ...more } };
    const noted = arrivals.note(header, Buffer.from(JSON.stringify(told)));
    if (!refused) arrivals.take(noted);
  }
  return { arrivals, wants };
}

function heard(...names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

const both = () => endpoint([{ name: A }, { name: B }]);

function tally(changes: Partial<Ledgers>) {
  const names = new Set([A, B]);
  const whole = { accepted: names, sent: names, endpoints: [both()], heard: heard(A, B) };
  return reconcile({ ...whole, ...changes });
}

describe("a tally", () => {
  test("finds nothing wrong when everything came once", () => {
    const clean = { wanted: 2, delivered: 2, duplicates: 0, lost: [], unknown: [] };
    expect(tally({})).toEqual({
      accepted: 2,
      endpoints: [clean],
      listener: clean,
      unrecognisable: [],
    });
  });

  test("names what was accepted and did not arrive at an endpoint, or the listeners", () => {
    const endpoints = [both(), endpoint([{ name: B }, { name: B }])];
    expect(tally({ endpoints }).endpoints.map(({ lost }) => lost)).toEqual([[], [A]]);
    expect(lostIn(tally({ endpoints, heard: heard(A) }))).toEqual([A, B]);
  });

  test("does not miss what an endpoint does not want, and minds it when it comes", () => {
    const onlyA = (name: string) => name === A;
    expect(lostIn(tally({ endpoints: [endpoint([{ name: A }], onlyA)] }))).toEqual([]);
    const surprised = endpoint([{ name: A }, { name: B }], onlyA);
    expect(unknownIn(tally({ endpoints: [surprised] }))).toEqual([B]);
  });

  test("does not miss what was sent without an answer, and does not mind it either", () => {
    const accepted = new Set([A]);
    const late = tally({ accepted, endpoints: [endpoint([{ name: A }])], heard: heard(A) });
    expect([lostIn(late), unknownIn(late)]).toEqual([[], []]);
    expect(unknownIn(tally({ accepted }))).toEqual([]);
  });

  test("names what nobody sent", () => {
    const sent = new Set([A]);
    expect(unknownIn(tally({ sent, accepted: sent }))).toEqual([B, B]);
  });

  test("counts repeats", () => {
    const endpoints = [endpoint([A, B, A, A].map((name) => ({ name })))];
    const counted = tally({ endpoints, heard: heard(A, B, A) });
    expect([duplicatesIn(counted), counted.listener.duplicates]).toEqual([2, 1]);
  });

  test("takes a refused delivery for no delivery", () => {
    const again = endpoint([{ name: A, refused: true }, { name: A }, { name: B }]);
    const counted = tally({ endpoints: [again] });
    expect([duplicatesIn(counted), counted.unrecognisable]).toEqual([0, []]);
    const never = endpoint([{ name: A, refused: true }, { name: B }]);
    expect(lostIn(tally({ endpoints: [never] }))).toEqual([A]);
  });

  test("names repeats that a receiver cannot tell by their id", () => {
    const first = { name: A, id: "evt_1" };
    const otherId = { name: A, id: "evt_3" };
    const otherBody = { ...first, more: { more: true } };
    const otherHeader = { ...first, header: "msg_1" };
    for (const repeat of [otherId, otherBody, otherHeader]) {
      const endpoints = [endpoint([first, { name: B }, repeat])];
      expect(tally({ endpoints }).unrecognisable).toEqual([A]);
    }
  });

  test("is summed up in one line", () => {
    const endpoints = [endpoint([{ name: B }, { name: B }])];
    const line = summary([tally({}), tally({ endpoints })]);
    expect(line).toBe("accepted 4, delivered 3, duplicates 1, lost 1");
  });
});
