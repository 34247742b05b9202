import fc from "fast-check";
import { expect, test } from "vitest";
import { scene } from "../api/scene.ts";
import { cases, FUZZ_TIMEOUT_MS, sendAll } from "./fuzzing.ts";
import { mutatedJson } from "./structure-mutations.ts";

/** What a caller may be told of a body that is wrong, or that is right after all. */
const FAULT = 500;

test("no body of the API is a fault of ours, or reaches what is not the caller's to set", {
  timeout: FUZZ_TIMEOUT_MS,
}, async () => {
  const here = await scene();
  const writes = here.requests.filter(({ method, body }) => method !== "GET" && body);
  expect(writes.length).toBeGreaterThan(10);
  const drawn = fc
    .constantFrom(...writes)
    .chain((request) => mutatedJson([request.body]).map((text) => ({ ...request, text })));
  await sendAll(drawn, { count: cases(600, 0.08), atOnce: 8 }, async (batch) => {
    // The client holds every answer against what its operation promises.
    const answers = batch.map(({ method, path, text }) => here.api(method, path, { text }));
    const faults = (await Promise.all(answers)).flatMap(({ status, body }, index) => {
      const { title, text } = batch[index] ?? {};
      return status >= FAULT ? [`${status} ${JSON.stringify(body)} to ${title} ${text}`] : [];
    });
    expect(faults).toEqual([]);
  });
  expect(Reflect.get({}, "polluted")).toBeUndefined();
  expect((await here.api("GET", "/health/live")).status).toBe(200);
});
