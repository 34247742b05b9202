import { createHub, keyvStore, type Store } from "@wabakit/core";
import { fakeClock, fakeMeta } from "@wabakit/testing";
import { Keyv } from "keyv";
import { expect, onTestFinished, test, vi } from "vitest";
import { hubOptions } from "../spine/setting.ts";
import { DAY_MS } from "./nodes.ts";
import { seedConnections } from "./seed-connections.ts";

/** What a hub asks of its store while 20 of so many connections come due. */
async function operationsFor(count: number) {
  const meta = await fakeMeta();
  const memory = keyvStore(new Keyv());
  await memory.start();
  let operations = 0;
  const counted =
    <Input, Output>(ask: (input: Input) => Promise<Output>) =>
    (input: Input) => {
      operations += 1;
      return ask(input);
    };
  const store: Store = {
    ...memory,
    start: async () => {},
    stop: async () => {},
    get: (key) => counted(() => memory.get<never>(key))(key),
    getMany: (keys) => counted(() => memory.getMany<never>(keys))(keys),
    commit: counted(memory.commit),
  };
  const clock = fakeClock();
  const hub = createHub({ ...hubOptions(meta), store, clock });
  const heard = new Set<string>();
  hub.on("connection.heartbeat.due_soon", (event) => void heard.add(event.id));
  onTestFinished(async () => {
    await hub.stop();
    await meta.close();
  });

  await seedConnections(memory, {
    count,
    dueAt: (index) => clock.now() + (index < 20 ? DAY_MS : 2 * DAY_MS + index),
  });
  await clock.advance(DAY_MS);
  await hub.start();
  await vi.waitFor(() => expect(heard.size).toBe(20));
  const whileDue = operations;

  operations = 0;
  await clock.advance(10 * 60_000);
  return { whileDue, whileIdle: operations };
}

test("what is due costs what is due, however many connections there are", async () => {
  const few = await operationsFor(100);
  const many = await operationsFor(2_000);
  expect(many.whileDue).toBeLessThan(few.whileDue * 1.1);
  expect(many.whileIdle).toBeLessThanOrEqual(few.whileIdle * 1.1);
  // A hub without timers at all is at some six operations a sweep, and there are twenty.
  expect(many.whileIdle).toBeLessThan(20 * 20);
});
