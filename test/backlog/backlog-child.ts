/**
 * A process over a SQLite file with a large backlog, whose parent measures it. What it has to say goes to
 * its standard output, a line at a time.
 *
 * node backlog-child.ts fill <database> <graph URL> <sink URL> <events> <endpoints>   has so many
 *     events wait for each of so many endpoints, as a hub would that was killed right after
 * node backlog-child.ts claim <database> <graph URL> <organization>   takes batches off every backlog;
 *     says how long each took
 * node backlog-child.ts start <database> <graph URL> <duration in ms>   runs a hub; says how large it was
 */
import { writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import KeyvSqlite from "@keyv/sqlite";
import { createHub, keyvStore, newWriter, silentLogger, systemClock } from "@wabakit/core";
import Keyv from "keyv";
import { loadDefaultOrganizationId } from "../../packages/core/src/access/organizations/organization.ts";
import { nextBatch } from "../../packages/core/src/delivery/batch.ts";
import { openBacklogs } from "../../packages/core/src/delivery/delivery.ts";
import { createDirectory } from "../../packages/core/src/delivery/directory.ts";
import { createEmit, openEmitted } from "../../packages/core/src/delivery/emit.ts";
import { endpointIndex } from "../../packages/core/src/delivery/endpoint.ts";
import { openOutbox } from "../../packages/core/src/delivery/outbox.ts";
import { createRecentEvents } from "../../packages/core/src/delivery/recent-events.ts";
import type { EventDraft } from "../../packages/core/src/events.ts";
import { openJournal } from "../../packages/core/src/store/journal.ts";

const EVENTS_PER_COMMIT = 128;
const BATCHES_PER_ENDPOINT = 10;
const LOOK_MS = 100;

const [mode, database, graphUrl = "", ...rest] = process.argv.slice(2);
const keyv = new Keyv({ store: new KeyvSqlite({ uri: `sqlite://${database}`, wal: true }) });
const hub = createHub({
  store: keyv,
  secretKeys: [Buffer.alloc(32, 7)],
  publicUrl: "https://app.example.com",
  meta: { appId: "1", appSecret: "secret", verifyToken: "token", graphUrl },
  allowPrivateNetwork: true,
});

if (mode === "fill") await fill(rest[0] ?? "", Number(rest[1]), Number(rest[2]));
if (mode === "claim") await claim(rest[0] ?? "");
if (mode === "start") await start(Number(rest[0]));

async function fill(sinkUrl: string, events: number, endpoints: number): Promise<void> {
  await hub.start();
  for (let index = 0; index < endpoints; index += 1) {
    await hub.webhookEndpoints.create({ url: `${sinkUrl}/${index}` });
  }
  await hub.stop();
  const { store, emit } = await openTelling();
  const organizationId = await loadDefaultOrganizationId({ store, clock: systemClock });
  for (let done = 0; done < events; done += EVENTS_PER_COMMIT) {
    const count = Math.min(EVENTS_PER_COMMIT, events - done);
    await emit(
      { guards: [], writes: [] },
      Array.from({ length: count }, () => draft(organizationId)),
    );
  }
  say({ organizationId });
  process.exit(0);
}

/** What the worker of a hub tells with; no job is added, as if the process had died before. */
async function openTelling() {
  const store = keyvStore(keyv);
  await store.start();
  const log = { store, writer: newWriter() };
  const queue = {
    atomicity: "process" as const,
    add: async () => {
      throw new Error("killed");
    },
    backlog: async () => ({ waiting: 0, earliestAt: null }),
    start: async () => {},
    stop: async () => {},
  };
  const backlogs = openBacklogs(log);
  const history = openEmitted(log);
  const emit = createEmit({
    store,
    clock: systemClock,
    logger: silentLogger,
    outbox: openOutbox({ ...log, queue }),
    backlogs,
    directory: createDirectory(store),
    recent: createRecentEvents(),
    journal: openJournal({ store, clock: systemClock, history }),
    history,
  });
  return { store, backlogs, emit };
}

function draft(organizationId: string): EventDraft {
  const message = { type: "text", text: { body: "x".repeat(300) } };
  const data = { tenantId: "acme", connectionId: "con_1", message };
  // What is delivered is of no interest here.
  return { type: "message.received", organizationId, data } as unknown as EventDraft;
}

async function claim(organizationId: string): Promise<void> {
  const { store, backlogs } = await openTelling();
  const took: number[] = [];
  for (const { id } of await endpointIndex(store, organizationId).list(1_000)) {
    const backlog = backlogs(`${organizationId}.${id}`);
    for (let count = 0; count < BATCHES_PER_ENDPOINT; count += 1) {
      const startedAt = performance.now();
      const batch = await nextBatch({ store, clock: systemClock, backlog });
      if (!batch) break;
      took.push(performance.now() - startedAt);
      await batch.remove([]);
    }
  }
  took.sort((a, b) => a - b);
  const at = (part: number) => took[Math.ceil(took.length * part) - 1];
  say({ claimP50Ms: at(0.5), claimP99Ms: at(0.99) });
  process.exit(0);
}

async function start(durationMs: number): Promise<void> {
  let rss = 0;
  const look = setInterval(() => {
    rss = Math.max(rss, process.memoryUsage.rss());
  }, LOOK_MS);
  await hub.start();
  await sleep(durationMs);
  clearInterval(look);
  say({ rssMb: rss / 1e6 });
  process.exit(0);
}

function say(line: unknown): void {
  writeSync(process.stdout.fd, `${JSON.stringify(line)}\n`);
}
