import { expect, test } from "vitest";
import { receiver } from "../receiving/receiver.ts";
import { HEAVY } from "./heavy-bodies.ts";

/** Of the processor, on any machine: what takes a moment has this much room, what explodes has not. */
const MOST_CPU_MS = 5_000;

test.each(Object.entries(HEAVY))("%s are taken and told, before long", async (_what, text) => {
  const here = await receiver();
  const before = process.cpuUsage();
  const { status } = await here.meta.send(here.callbackUrl, Buffer.from(text));
  expect(status).toBe(200);
  await here.quiet();
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(MOST_CPU_MS);
  // What is equal is one update, and so is what holds far more of them than Meta ever sends.
  expect(here.heard).toHaveLength(1);
});
