import { createHmac } from "node:crypto";
import { signLikeMeta } from "@wabakit/testing";
import { Agent, type Dispatcher } from "undici";
import type { Place } from "../place.ts";
import { type BenchHub, openBenchHub } from "./bench-hub.ts";
import { obey } from "./commands.ts";
import type { FakeNumber } from "./fake-number.ts";
import { type GatedQueue, gatedQueue } from "./gated-queue.ts";
import { handOver } from "./hand-over.ts";
import { type Ear, listenTo } from "./heard.ts";
import { notification } from "./notification.ts";
import { CONCURRENCY_PER_ENDPOINT, CONNECTIONS } from "./plan.ts";

/** A hub with so many endpoints below one sink. */
export interface Deliverer {
  readonly number: FakeNumber;
  readonly place: Place;
  readonly sinkUrl: string;
  readonly endpoints: number;
}

const commands = { start, preload, deliver, sendBare };
export type DelivererCommands = typeof commands;
obey(commands);

const PRELOAD_MS = 60_000;

interface Opened extends Deliverer {
  readonly bench: BenchHub;
  readonly gate: GatedQueue;
  readonly ear: Ear;
}

let opened: Opened | undefined;
/** An event as an endpoint gets it, for a bare loop to send. */
let sample = Buffer.from("{}");
let ordinal = 0;

async function start(input: Deliverer): Promise<void> {
  let gate: GatedQueue | undefined;
  const bench = await openBenchHub({
    ...input,
    wrapQueue(queue) {
      gate = gatedQueue(queue);
      return gate.queue;
    },
  });
  if (!gate) throw new Error("The hub did without a queue.");
  bench.hub.on("message.received", (event) => {
    sample = Buffer.from(JSON.stringify(event));
  });
  opened = { ...input, bench, gate, ear: listenTo(bench.hub) };
  for (let index = 0; index < input.endpoints; index += 1) {
    await bench.hub.webhookEndpoints.create({
      url: `${input.sinkUrl}/${index}`,
      concurrency: CONCURRENCY_PER_ENDPOINT,
    });
  }
}

function requireOpened(): Opened {
  if (!opened) throw new Error("Nothing is started.");
  return opened;
}

/** Has so many messages received and their deliveries wait. */
async function preload(messages: number): Promise<void> {
  const { bench, number, ear } = requireOpened();
  const expected = ear.read().messages + messages;
  const end = ordinal + messages;
  await inLanes(CONNECTIONS, async () => {
    if (ordinal >= end) return false;
    const bytes = notification(number.template, ordinal++);
    await handOver(bench.hub, { bytes, headers: { ...signLikeMeta(bytes, number.appSecret) } });
    return true;
  });
  await ear.until(expected, PRELOAD_MS);
}

/** @returns How many milliseconds it took until everything that waited was sent and recorded. */
async function deliver(): Promise<number> {
  const { gate } = requireOpened();
  const startedAt = performance.now();
  await gate.release();
  return performance.now() - startedAt;
}

/** The same without a hub: signs and sends one event so many times. @returns Milliseconds. */
async function sendBare(deliveries: number): Promise<number> {
  const { endpoints, sinkUrl } = requireOpened();
  const lanes = endpoints * CONCURRENCY_PER_ENDPOINT;
  const agent = new Agent({ connections: lanes, pipelining: 1 });
  let sent = 0;
  const startedAt = performance.now();
  await inLanes(lanes, async () => {
    if (sent >= deliveries) return false;
    await sendOne(agent, sinkUrl, sent++);
    return true;
  });
  const elapsedMs = performance.now() - startedAt;
  await agent.close();
  return elapsedMs;
}

async function sendOne(agent: Dispatcher, origin: string, index: number): Promise<void> {
  const id = `bare_${index}`;
  const timestamp = Math.floor(Date.now() / 1000);
  const hmac = createHmac("sha256", "a secret").update(`${id}.${timestamp}.`).update(sample);
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": `v1,${hmac.digest("base64")}`,
  };
  const answer = await agent.request({ origin, path: "/", method: "POST", headers, body: sample });
  await answer.body.dump();
  if (answer.statusCode !== 200) throw new Error(`The sink answered ${answer.statusCode}.`);
}

/** Runs `step` in so many lanes until it says there is nothing more. */
async function inLanes(lanes: number, step: () => Promise<boolean>): Promise<void> {
  const lane = async () => {
    for (let more = true; more; ) more = await step();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
