import { expect, test } from "vitest";
import type { AnyEvent } from "../events.ts";
import { createListeners } from "./listeners.ts";

/** Only what the listeners are chosen by. */
const received = { type: "message.received", id: "evt_1" } as unknown as AnyEvent;
const unknown = { type: "webhook.unknown", id: "evt_2" } as unknown as AnyEvent;

test("runs the listeners of the type and those of every type", async () => {
  const { on, run } = createListeners();
  const heard: string[] = [];
  on("message.received", ({ id }) => void heard.push(`typed ${id}`));
  on("*", ({ id }) => void heard.push(`any ${id}`));
  await run(received);
  await run(unknown);
  expect(heard).toEqual(["typed evt_1", "any evt_1", "any evt_2"]);
});

test("knows whether anybody listens, and forgets who has left", () => {
  const { on, hears } = createListeners();
  expect(hears("message.received")).toBe(false);
  const off = on("message.received", () => {});
  expect([hears("message.received"), hears("webhook.unknown")]).toEqual([true, false]);
  off();
  expect(hears("message.received")).toBe(false);

  const offAll = on("*", () => {});
  expect(hears("webhook.unknown")).toBe(true);
  offAll();
  expect(hears("webhook.unknown")).toBe(false);
});

test("fails when one fails, after all have ended", async () => {
  const { on, run } = createListeners();
  const { promise, resolve } = Promise.withResolvers<void>();
  let slowEnded = false;
  on("message.received", () => {
    throw new Error("broken");
  });
  on("message.received", async () => {
    await promise;
    slowEnded = true;
  });
  const running = run(received);
  setImmediate(resolve);
  await expect(running).rejects.toThrow("broken");
  expect(slowEnded).toBe(true);
});

test("takes a rejection like a throw", async () => {
  const { on, run } = createListeners();
  on("*", async () => Promise.reject(new Error("later")));
  await expect(run(received)).rejects.toThrow("later");
});

test("runs a listener once, however often it was added", async () => {
  const { on, run } = createListeners();
  let runs = 0;
  const listener = () => {
    runs += 1;
  };
  on("message.received", listener);
  on("message.received", listener);
  await run(received);
  expect(runs).toBe(1);
});
