import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { itemIdentity } from "../../packages/core/src/webhook/identity.ts";
import { parseNotification } from "../../packages/core/src/webhook/parse.ts";
import { connect } from "../receiving/connect.ts";
import { type Receiver, receiver } from "../receiving/receiver.ts";
import { mutatedBytes } from "./byte-mutations.ts";
import { cases, FUZZ_SEED, FUZZ_TIMEOUT_MS, sendAll } from "./fuzzing.ts";
import { EDGES } from "./json-edges.ts";
import { SAMPLES } from "./samples.ts";
import { mutatedDocument } from "./structure-mutations.ts";

/** More than a turn of the worker takes, so that bodies meet in pages and commits. */
const AT_ONCE = 24;
/** A run has a hub of its own, whose listener keeps what it hears. */
const PER_RUN = 20_000;

const LIMIT = { timeout: FUZZ_TIMEOUT_MS };

/** What draws the same cases again. */
const SEED = `WABAKIT_TEST_FUZZ_SEED=${FUZZ_SEED}`;

/** The numbers that the samples are about: a half of what comes is somebody's, a half is nobody's. */
const NUMBER = { wabaId: "104996122399160", phoneNumberId: "110200345501442" };

interface Counts {
  readonly items: number;
  readonly repeats: number;
}

/** A hub that takes whatever is signed, and what it has to have counted of it. */
async function hostileTo(body: fc.Arbitrary<Buffer>, volume: Run): Promise<void> {
  const here = await receiver();
  here.meta.addWaba({ wabaId: NUMBER.wabaId });
  await connect(here, NUMBER);
  let items = 0;
  const contents = new Map<string, Set<string>[]>();
  await sendAll(body, { ...volume, atOnce: AT_ONCE }, async (bodies) => {
    const statuses = await Promise.all(bodies.map((bytes) => post(here, bytes)));
    expect(statuses).toEqual(bodies.map(() => 200));
    for (const item of bodies.flatMap((bytes) => parseNotification(bytes).items)) {
      items += 1;
      const identity = itemIdentity(here.meta.app.appId, item);
      const known = contents.get(identity) ?? [];
      contents.set(identity, [...known, new Set(textsIn(item.value))]);
    }
  });
  await here.quiet();
  const seen = (await here.counts()) as Counts;
  expect(seen.items + seen.repeats, SEED).toBe(items);
  expect(seen.items, SEED).toBe(contents.size);
  const told = new Set(here.heard.flatMap(({ data }) => textsIn(data)));
  // What has the same identity is a repeat, whatever else it says: one of them has to be told.
  const untold = [...contents].filter(
    ([, all]) => !all.some((one) => [...one].every((text) => told.has(text))),
  );
  expect(
    untold.map(([identity]) => identity),
    SEED,
  ).toEqual([]);
  expect(new Set(here.heard.map(({ id }) => id)).size).toBe(here.heard.length);
  expect(Reflect.get({}, "polluted")).toBeUndefined();
}

async function post({ hub, meta }: Receiver, bytes: Buffer): Promise<number | undefined> {
  // Who does not say how long a body is has room reserved for the longest.
  const length = { "content-length": String(bytes.length) };
  const { body, headers } = meta.sign(bytes, { headers: length });
  const request = { method: "POST", headers, body: new Uint8Array(body) };
  return (await hub.fetch(new Request("http://product/webhooks/meta", request)))?.status;
}

/** Every text and number in a value, wherever it stands. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [String(value)];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

interface Run {
  readonly run: number;
  readonly count: number;
}

/** As many runs as it takes. */
function runs(total: number): readonly Run[] {
  return Array.from({ length: Math.ceil(total / PER_RUN) }, (_, run) => ({
    run,
    count: Math.min(PER_RUN, total - run * PER_RUN),
  }));
}

describe("signed bodies are taken, become events, and lose nothing", () => {
  const trees = SAMPLES.map((bytes) => JSON.parse(bytes.toString()));
  const ofBytes = runs(cases(1_200, 0.4));
  const ofStructure = runs(cases(1_800, 0.4));

  test.each(ofBytes)("where bytes were changed, $count of them", LIMIT, (run) =>
    hostileTo(mutatedBytes, run),
  );

  test.each(ofStructure)("where nodes were changed, $count of them", LIMIT, (run) =>
    hostileTo(mutatedDocument(trees), run),
  );

  test("where there is hardly a notification left", LIMIT, () => {
    const nothing = ["", " ", "\u0000", "\ufeff", "{", "]", '"', "nul", "-", "1 2", "\ud800"];
    const edges = [...EDGES, ...nothing];
    const wrapped = edges.flatMap((edge) => [
      edge,
      `{"entry":${edge}}`,
      `{"entry":[${edge}]}`,
      `{"entry":[{"id":"1","changes":${edge}}]}`,
      `{"entry":[{"id":"1","changes":[{"field":"messages","value":${edge}}]}]}`,
      `{"entry":[{"id":${edge},"changes":[{"field":${edge},"value":{"messages":[${edge}]}}]}]}`,
    ]);
    const drawn = fc.constantFrom(...wrapped.map((text) => Buffer.from(text)));
    return hostileTo(drawn, { run: 0, count: 600 });
  });
});
