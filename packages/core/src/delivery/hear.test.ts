import { fakeClock } from "@wabakit/testing";
import { Keyv } from "keyv";
import { expect, test, vi } from "vitest";
import type { AnyEvent } from "../events.ts";
import { silentLogger } from "../logger.ts";
import type { Job } from "../queue/queue.ts";
import { keyvStore } from "../store/keyv-store.ts";
import { eventKey } from "./emit.ts";
import { hear } from "./hear.ts";
import { createListeners } from "./listeners.ts";
import type { Outbox } from "./outbox.ts";
import type { EventEntry } from "./outbox-entry.ts";
import { createRecentEvents } from "./recent-events.ts";

const entry = { event: "message.received", id: "evt_1", organizationId: "org_1" } as const;
/** Only what the listeners are chosen by, and find it by. */
const event = { type: entry.event, id: entry.id, data: { seen: 0 } } as unknown as AnyEvent;

/** One entry, `p.0`, and what becomes of it. */
async function arrange(kept: EventEntry = entry) {
  const store = keyvStore(new Keyv());
  await store.start();
  const writes = [{ key: eventKey(entry.organizationId, entry.id), value: event }];
  await store.commit({ guards: [], writes });
  let left: EventEntry | undefined = kept;
  const outbox = {
    find: async () => left,
    finish: vi.fn(async () => {
      left = undefined;
    }),
    postpone: vi.fn(async (_: string, later: EventEntry) => {
      left = later;
    }),
  };
  const jobs: Job[] = [];
  const clock = fakeClock();
  const listeners = createListeners();
  const recent = createRecentEvents();
  const graveyard = { bury: vi.fn(async () => {}) };
  const handle = hear({
    store,
    clock,
    listeners,
    recent,
    graveyard,
    // The rest of it is not asked for.
    outbox: outbox as unknown as Outbox,
    logger: silentLogger,
    queue: { add: async (added) => void jobs.push(...added) },
    random: () => 0.5,
    listenerScheduleMs: [0, 1_000],
    listenerTimeoutMs: 60_000,
    onError: () => {},
  });
  return { clock, handle, jobs, outbox, recent, graveyard, on: listeners.on };
}

test("an event whose time has not come is not heard, whoever wakes it", async () => {
  const here = await arrange();
  const dueAt = here.clock.now() + 1_000;
  await here.outbox.postpone("p.0", { ...entry, failures: 1, dueAt });
  const heard = vi.fn();
  here.on("*", heard);
  expect(await here.handle("p.0")).toEqual({ again: dueAt });
  expect(heard).not.toHaveBeenCalled();
  await here.clock.advance(1_000);
  expect(await here.handle("p.0")).toBeUndefined();
  expect(heard).toHaveBeenCalledOnce();
  expect(here.outbox.finish).toHaveBeenCalledOnce();
});

test("what is heard again is as it was, whatever a listener has done to it", async () => {
  const here = await arrange();
  here.recent.put([structuredClone(event)]);
  const heard: unknown[] = [];
  here.on("*", ({ data }) => {
    heard.push({ ...data });
    Object.assign(data, { seen: 1 });
    throw new Error("broken");
  });
  await here.handle("p.0");
  await here.clock.advance(1_000);
  await here.handle("p.0");
  expect(heard).toEqual([{ seen: 0 }, { seen: 0 }]);
});

test("a failure is durable before its next job is added", async () => {
  const here = await arrange();
  here.on("*", () => {
    throw new Error("broken");
  });
  here.outbox.postpone.mockImplementationOnce(async () => {
    expect(here.jobs).toEqual([]);
    throw new Error("down");
  });
  await expect(here.handle("p.0")).rejects.toThrow("down");
  expect(here.jobs).toEqual([]);

  await here.handle("p.0");
  const dueAt = here.clock.now() + 1_000;
  expect(here.outbox.postpone).toHaveBeenLastCalledWith("p.0", { ...entry, failures: 1, dueAt });
  expect(here.jobs).toEqual([{ kind: "event", id: "p.0", swept: true, runAt: dueAt }]);
  expect(here.outbox.finish).not.toHaveBeenCalled();
});

test("after the last try it is buried with what went wrong", async () => {
  const here = await arrange({ ...entry, failures: 1 });
  const error = new Error("broken");
  here.on("*", async () => Promise.reject(error));
  expect(await here.handle("p.0")).toBeUndefined();
  const last = { ...entry, failures: 1 };
  expect(here.graveyard.bury).toHaveBeenCalledWith("p.0", last, { attempts: 2, error });
  expect(here.outbox.postpone).not.toHaveBeenCalled();
});
