import { expect, it } from "vitest";
import { eventually, scene } from "./scene.ts";

/** More than a queue ran drains at once before; each waits for an answer that never comes. */
const BLACK_HOLES = 300;
const MESSAGES = 20;
const DEADLINE_MS = 15_000;

/** The clock stands still: what has to wait for a deadline never comes. */
it("endpoints that never answer take nothing from the others", { timeout: 60_000 }, async () => {
  const here = await scene({ limits: { writes: false } });
  const healthy = await here.addSink();
  here.sink.respond({ delayMs: "hang" });
  for (let index = 0; index < BLACK_HOLES; index += 1) {
    await here.addEndpoint({ url: `${here.sink.url}/${index}`, concurrency: 1 });
  }
  await here.write("to black holes alone");
  // So many connections of one host; all drains are at work.
  await eventually(() => expect(here.sink.received.length).toBeGreaterThanOrEqual(256));

  await here.addEndpoint({ url: healthy.url });
  const texts = Array.from({ length: MESSAGES }, (_, index) => `text ${index}`);
  await here.write(...texts);
  expect(await healthy.waitFor(MESSAGES)).toHaveLength(MESSAGES);

  // Those that fail are tried again beside the others, as before.
  await here.clock.advance(DEADLINE_MS);
  await here.write("one more");
  expect(await healthy.waitFor(MESSAGES + 1)).toHaveLength(MESSAGES + 1);
  here.sink.respond({});
});
