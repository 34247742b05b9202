import { connect, type Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { mount } from "@wabakit/express";
import { fakeClock } from "@wabakit/testing";
import express from "express";
import { expect, onTestFinished, test } from "vitest";
import { PATIENCE_MS, type Receiver, receiver } from "../receiving/receiver.ts";
import { strangersText } from "../receiving/strangers-text.ts";

const LONG = process.env.WABAKIT_TEST_LONG === "1";
/** A file limit of 1,024 has to hold both ends. */
const SENDERS = 400;
const LONG_SENDERS = 1_000;
const DEADLINE_MS = 10_000;
const MIB = 1024 * 1024;
/** What is promised for 1,000. */
const MOST_MEMORY_BYTES = 64 * MIB;

interface Slow {
  readonly socket: Socket;
  readonly closed: Promise<unknown>;
}

/** Begins a body and lets it drip. */
function slowSender({ url }: Receiver): Slow {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  const closed = new Promise((resolve) => socket.on("close", resolve));
  socket.on("error", () => {}).resume();
  socket.write("POST /webhooks/meta HTTP/1.1\r\nhost: slow\r\ncontent-length: 60000\r\n\r\n{");
  onTestFinished(() => void socket.destroy());
  return { socket, closed };
}

test("senders that never come to an end are cut, and nobody else waits for them", async () => {
  const clock = fakeClock();
  const here = await receiver({ listener: (hub) => express().use(mount(hub, { clock })) });
  const usual = async () => (await here.meta.send(here.callbackUrl, strangersText(here))).status;
  expect(await usual()).toBe(200);
  const before = process.memoryUsage().rss;

  const slow = Array.from({ length: LONG ? LONG_SENDERS : SENDERS }, () => slowSender(here));
  // The deadline of each begins with its request; there is one timer for each then.
  await expect.poll(() => clock.pending, { timeout: PATIENCE_MS }).toBe(slow.length);
  for (let drops = 0; drops < 20; drops += 1) {
    for (const { socket } of slow) socket.write("x");
    await turn();
  }
  expect(await usual()).toBe(200);
  const more = process.memoryUsage().rss - before;
  if (LONG) expect(more).toBeLessThan(MOST_MEMORY_BYTES);

  let cut = 0;
  for (const { closed } of slow) closed.then(() => cut++);
  await clock.advance(DEADLINE_MS - 1_000);
  await turn();
  expect(cut).toBe(0);
  await clock.advance(1_000);
  await expect.poll(() => cut, { timeout: PATIENCE_MS }).toBe(slow.length);
  expect(await usual()).toBe(200);
  await here.quiet();
});
