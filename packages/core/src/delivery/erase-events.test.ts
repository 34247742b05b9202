import { Keyv } from "keyv";
import { expect, test } from "vitest";
import type { EventDraft } from "../events.ts";
import { silentLogger } from "../logger.ts";
import { openJournal } from "../store/journal.ts";
import { walkJournal } from "../store/journal-walk.ts";
import { keyvStore } from "../store/keyv-store.ts";
import { newWriter } from "../store/writer.ts";
import { deliveryKey, openBacklogs } from "./delivery.ts";
import { createDirectory } from "./directory.ts";
import { createEmit, eventKey, openEmitted } from "./emit.ts";
import { endpointIndex, endpointKey } from "./endpoint.ts";
import { eraseEvents } from "./erase-events.ts";
import { openOutbox } from "./outbox.ts";
import { createRecentEvents } from "./recent-events.ts";
import { deliveryScope, eventScope, type ToldDelivery, type ToldEvent } from "./told.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const UNCHANGED = { guards: [], writes: [] };
const RANGE = { order: "oldest", since: NOW, until: NOW } as const;

const draft = (tenantId: string, organizationId = "org_1") =>
  ({ type: "message.received", organizationId, data: { tenantId } }) as unknown as EventDraft;

async function arrange() {
  const store = keyvStore(new Keyv());
  await store.start();
  const clock = { now: () => NOW, schedule: () => () => {} };
  const queue = {
    atomicity: "process" as const,
    add: async () => {},
    backlog: async () => ({ waiting: 0, earliestAt: null }),
    start: async () => {},
    stop: async () => {},
  };
  const log = { store, writer: newWriter() };
  const history = openEmitted(log);
  const emit = createEmit({
    store,
    clock,
    history,
    logger: silentLogger,
    outbox: openOutbox({ ...log, queue }),
    backlogs: openBacklogs(log),
    journal: openJournal({ store, clock, history }),
    directory: createDirectory(store),
    recent: createRecentEvents(),
  });
  for (const organizationId of ["org_1", "org_2"]) {
    const { guards, writes } = await endpointIndex(store, organizationId).adding("whe_1");
    const key = endpointKey(organizationId, "whe_1");
    const value = { id: "whe_1", organizationId, enabled: true, events: ["*"], filter: null };
    await store.commit({ guards, writes: [...writes, { key, value }] });
  }

  async function told<Entry>(scope: readonly string[]): Promise<readonly Entry[]> {
    const found: Entry[] = [];
    for await (const page of walkJournal<Entry>(store, { scope, ...RANGE })) {
      found.push(...page.entries);
    }
    return found;
  }

  const events = (organizationId = "org_1") => told<ToldEvent>(eventScope(organizationId));
  const deliveries = (organizationId = "org_1") =>
    told<ToldDelivery>(deliveryScope(organizationId, "whe_1"));
  return { store, history, emit, events, deliveries };
}

test("of a tenant nothing is told any more, neither of what was sent once more; of others all is", async () => {
  const here = await arrange();
  await here.emit(UNCHANGED, [draft("acme"), draft("other"), draft("acme")]);
  await here.emit(UNCHANGED, [draft("acme", "org_2")]);
  const [first, second] = await here.events();
  const resends = [first, second].map((event) => ({ id: event?.id ?? "", target: "org_1.whe_1" }));
  await here.emit({ ...UNCHANGED, resends }, []);
  const all = await here.deliveries();
  expect(all).toHaveLength(5);
  await here.store.commit({
    guards: [],
    writes: all.map(({ id, eventId }) => ({
      key: deliveryKey("org_1", id),
      value: { id, eventId, attempts: [] },
    })),
  });

  await eraseEvents(here, { organizationId: "org_1", tenantId: "acme" });
  expect(await here.events()).toMatchObject([{ id: second?.id, tenantId: "other" }]);
  const left = all.filter(({ eventId }) => eventId === second?.id);
  expect(left).toHaveLength(2);
  expect(await here.deliveries()).toEqual(left);
  const records = await here.store.getMany(all.map(({ id }) => deliveryKey("org_1", id)));
  expect(records.map((record) => record !== undefined)).toEqual(
    all.map(({ eventId }) => eventId === second?.id),
  );
  expect(await here.store.get(eventKey("org_1", first?.id ?? ""))).toBeUndefined();
  expect(await here.events("org_2")).toMatchObject([{ tenantId: "acme" }]);
  expect(await here.deliveries("org_2")).toHaveLength(1);
});
