import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { fakeMeta } from "@wabakit/testing";
import { BACKENDS, placesOn } from "../place.ts";
import { measureAsleep } from "./asleep.ts";
import { measureWaiting } from "./backlog.ts";
import type { Bench } from "./bench.ts";
import { measureBlackHole } from "./black-hole.ts";
import { type Child, createChildren } from "./children.ts";
import type { SinkCommands } from "./counting-sink.ts";
import { measureDeliveries } from "./deliveries.ts";
import { fakeNumber } from "./fake-number.ts";
import type { Host } from "./hosts.ts";
import { measureInProcess } from "./in-process.ts";
import { type HostFigures, measureIngest } from "./ingest.ts";
import type { LoadCommands } from "./load.ts";
import { describeMachine } from "./machine.ts";
import { notification } from "./notification.ts";
import { FULL, type Plan, QUICK } from "./plan.ts";
import { print } from "./print.ts";
import { isComplete, type Report } from "./report.ts";
import type { Variant } from "./server.ts";

const { values: options } = parseArgs({
  options: {
    /** Less of everything, to see that it works. */
    quick: { type: "boolean", default: false },
    /** Where the figures go as JSON. */
    json: { type: "string" },
    /** What the hub stands on; a service at the address that the tests use. */
    store: { type: "string", default: "sqlite" },
    /** A folder for a CPU profile of every process. */
    profile: { type: "string" },
  },
});

/** Delivering costs the same behind every host, so one is enough. */
const VARIANTS: Readonly<Record<Host, readonly Variant[]>> = {
  "node:http": ["receiver", "all", "delivering"],
  "Express 5": ["receiver", "all"],
  "Koa 3": ["receiver", "all"],
};

const backend = BACKENDS.find((name) => name === options.store) ?? giveUp();
const plan: Plan = options.quick ? QUICK : FULL;
const children = createChildren(options.profile && resolve(options.profile));
const folder = await mkdtemp(join(tmpdir(), "wabakit-bench-"));
const meta = await fakeMeta();
const givingUp = new AbortController();

const deadline = setTimeout(() => void abandon("The bench took too long."), plan.deadlineMs);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void abandon(`${signal}: giving up.`));
}

try {
  const report = await measure();
  process.stdout.write(`${print(report)}\n`);
  if (options.json) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
  if (!isComplete(report)) process.exitCode = 1;
} catch (error) {
  // Once given up, whatever fails does so because its process was killed.
  if (!givingUp.signal.aborted)
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
} finally {
  await cleanUp();
}

function giveUp(): never {
  throw new Error(`--store must be one of ${BACKENDS.join(", ")}.`);
}

async function measure(): Promise<Report> {
  const machine = await describeMachine(folder);
  const startedAt = new Date().toISOString();
  const bench = await open();
  const load = children.start<LoadCommands>("load.ts");
  await load.ask("use", bench.number);
  const ingest = await ingestOnEveryHost(bench, load);
  const asleep = await measureAsleep(bench, load);
  await load.end();
  const inProcess = await measureInProcess(bench);
  const deliveries = [];
  for (const endpoints of plan.endpoints) {
    deliveries.push(await measureDeliveries(bench, endpoints));
  }
  const blackHole = await measureBlackHole(bench);
  await bench.sink.end();
  const waiting = await measureWaiting(bench, { folder, signal: givingUp.signal });
  const bodyBytes = notification(bench.number.template, 0).length;
  const { roundMs, rounds } = plan;
  const head = { machine, startedAt, bodyBytes, roundMs, rounds };
  return { ...head, ingest, asleep, inProcess, deliveries, blackHole, waiting };
}

async function open(): Promise<Bench> {
  const sink = children.start<SinkCommands>("counting-sink.ts");
  return {
    plan,
    children,
    number: fakeNumber(meta),
    sink,
    sinkUrl: await sink.ask("start"),
    newPlace: placesOn(backend, folder),
    say: (what) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${what}\n`),
  };
}

async function ingestOnEveryHost(
  bench: Bench,
  load: Child<LoadCommands>,
): Promise<readonly HostFigures[]> {
  const figures = [];
  for (const host of Object.keys(VARIANTS) as Host[]) {
    figures.push(await measureIngest(bench, { load }, { host, variants: VARIANTS[host] }));
  }
  return figures;
}

async function abandon(why: string): Promise<void> {
  givingUp.abort();
  process.stderr.write(`${why}\n`);
  await cleanUp();
  process.exit(1);
}

async function cleanUp(): Promise<void> {
  clearTimeout(deadline);
  children.kill();
  await meta.close();
  await rm(folder, { recursive: true, force: true });
}
