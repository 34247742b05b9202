import { type AnyEvent, keyvStore, type MessageReceived } from "@wabakit/core";
import { faultyStore } from "@wabakit/testing";
import { Keyv } from "keyv";
import { describe, expect, it } from "vitest";
import { eventually, scene } from "./scene.ts";
import { troubledScene } from "./troubled.ts";

describe("a listener", () => {
  it("hears its type, or everything, until it leaves", async () => {
    const here = await scene();
    const heard: string[] = [];
    // The event is typed: a message of type text has one.
    const textOf = ({ message }: MessageReceived) => message.type === "text" && message.text?.body;
    const off = here.hub.on("message.received", ({ data }) => {
      heard.push(`typed ${textOf(data)}`);
    });
    here.hub.on("webhook.unknown", () => void heard.push("never"));
    here.hub.on("*", ({ type: event }) => void heard.push(event));
    await here.write("one");
    await eventually(() => expect(heard).toEqual(["typed one", "message.received"]));
    off();
    await here.write("two");
    await eventually(() => expect(heard).toHaveLength(3));
    expect(heard[2]).toBe("message.received");
  });

  it("that is slow does not delay the answer to Meta, nor other listeners' events", async () => {
    const here = await scene();
    const { promise, resolve } = Promise.withResolvers<void>();
    const heard: string[] = [];
    here.hub.on("message.received", async (event) => {
      heard.push(event.id);
      await promise;
    });
    await here.write("one", "two");
    await eventually(() => expect(heard).toHaveLength(2));
    resolve();
  });

  it("hears of what nobody connected, and no endpoint does", async () => {
    const here = await scene();
    await here.addEndpoint({ url: here.sink.url });
    const heard: AnyEvent[] = [];
    here.hub.on("webhook.unrouted", (event) => void heard.push(event));
    const { wabaId } = here.meta.addWaba();
    const { phoneNumberId } = here.meta.addNumber({ wabaId });
    const message = here.meta.textMessage({ wabaId, phoneNumberId, from: "1", body: "hi" });
    await here.meta.send(here.callbackUrl, message);
    await eventually(() => expect(heard).toMatchObject([{ data: { reason: "not_connected" } }]));
    await here.write("to acme");
    await here.sink.waitFor(1);
    expect(here.sink.received.map(({ headers }) => headers["x-wabakit-event"])).toEqual([
      "message.received",
    ]);
  });

  it("may use the hub", async () => {
    const here = await scene();
    const found: unknown[] = [];
    here.hub.on("message.received", async ({ data }) => {
      found.push(await here.hub.connections.get(data.connectionId ?? ""));
    });
    await here.write("hi");
    await eventually(() => expect(found).toMatchObject([{ tenantId: "acme" }]));
  });

  it("may use the hub while it stops, and is waited for", async () => {
    const here = await scene();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const { promise: stopping, resolve: stop } = Promise.withResolvers<void>();
    const found: unknown[] = [];
    here.hub.on("message.received", async ({ data }) => {
      begin();
      await stopping;
      found.push(await here.hub.connections.get(data.connectionId ?? ""));
    });
    await here.write("hi");
    await begun;
    const stopped = here.hub.stop();
    await eventually(async () => {
      expect(await here.call("GET", "/connections")).toMatchObject({ status: 503 });
    });
    stop();
    await stopped;
    expect(found).toMatchObject([{ tenantId: "acme" }]);
    await here.hub.start();
    await here.clock.advance(60_000);
    expect(found).toHaveLength(1);
  });
});

describe("a listener that throws", () => {
  it("has all of them hear the event again, and endpoints get it once", async () => {
    const here = await troubledScene();
    await here.addEndpoint({ url: here.sink.url });
    const heard: string[] = [];
    here.hub.on("message.received", ({ id }) => void heard.push(`good ${id}`));
    here.hub.on("*", ({ id }) => {
      heard.push(`bad ${id}`);
      if (heard.length < 4) throw new Error("not yet");
    });
    await here.write("hi");
    await eventually(() => expect(heard).toHaveLength(2));
    await here.failures(1);
    await here.nextAttempt();
    await eventually(() => expect(heard).toHaveLength(4));
    const [good, bad] = heard;
    expect(heard).toEqual([good, bad, good, bad]);
    await here.clock.advance(100_000);
    expect(heard).toHaveLength(4);
    expect(here.sink.received).toHaveLength(1);
  });

  it("is asked again by the schedule, each pause a fifth longer or shorter, and then no more", async () => {
    const here = await troubledScene();
    const heardAt: number[] = [];
    here.hub.on("message.received", () => {
      heardAt.push(here.clock.now());
      throw new Error("never");
    });
    await here.write("hi");
    for (let attempt = 1; attempt < 9; attempt += 1) {
      await here.failures(attempt);
      await here.nextAttempt();
    }
    await here.failures(9);
    const pauses = heardAt.slice(1).map((at, index) => at - (heardAt[index] ?? 0));
    const scheduled = [1, 10, 60, 300, 1_800, 7_200, 18_000, 36_000];
    for (const [index, seconds] of scheduled.entries()) {
      expect(pauses[index]).toBeGreaterThanOrEqual(seconds * 800);
      expect(pauses[index]).toBeLessThanOrEqual(seconds * 1_200);
    }
    expect(pauses).toHaveLength(8);
    await here.clock.advance(24 * 60 * 60 * 1_000);
    expect(heardAt).toHaveLength(9);
  });

  it("does not hold up other events", async () => {
    const here = await scene();
    const heard: unknown[] = [];
    here.hub.on("message.received", ({ data }) => {
      const text = data.message.type === "text" ? data.message.text?.body : undefined;
      if (text === "bad") throw new Error("never");
      heard.push(text);
    });
    await here.write("bad", "good");
    await eventually(() => expect(heard).toEqual(["good"]));
  });
});

/** Listeners that do not end before the gate is opened. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: resolve, passed: () => promise };
}

describe("listeners that hang", () => {
  it("hold up neither Meta nor endpoints nor events that nobody hears, and no more at once than they may", async () => {
    const here = await scene({ listenerConcurrency: 3 });
    await here.addEndpoint({ url: here.sink.url });
    const { passed, open } = gate();
    let running = 0;
    let most = 0;
    here.hub.on("message.received", async () => {
      running += 1;
      most = Math.max(most, running);
      await passed();
      running -= 1;
    });
    const texts = Array.from({ length: 40 }, (_, index) => `text ${index}`);
    await here.write(...texts); // each is answered with 200
    await here.sink.waitFor(texts.length);
    expect(running).toBe(3);
    open();
    await eventually(() => expect(running).toBe(0));
    expect(most).toBe(3);
  });

  it("count as failed after their time, and make room for other events", async () => {
    const here = await troubledScene({ listenerConcurrency: 1, listenerTimeoutMs: 60_000 });
    const { passed, open } = gate();
    const heard: string[] = [];
    here.hub.on("message.received", async ({ id }) => {
      heard.push(id);
      if (heard.length === 1) await passed();
    });
    await here.write("one", "two");
    await eventually(() => expect(heard).toHaveLength(1));
    await here.clock.advance(59_999);
    expect(here.errors).toEqual([]);
    await here.clock.advance(1);
    await here.failures(1);
    await eventually(() => expect(heard).toHaveLength(2));
    const [first, second] = heard;
    expect(second).not.toBe(first);
    await here.nextAttempt();
    await eventually(() => expect(heard).toEqual([first, second, first]));
    open();
    expect(here.errors[0]?.context).toMatchObject({ event: { id: first }, attempt: 1 });
    expect(String(here.errors[0]?.error)).toContain("60000 ms");
  });
});

describe("the onError hook", () => {
  it("is told what failed, which attempt it was, and what comes next", async () => {
    const here = await troubledScene({ listenerScheduleMs: [0, 1_000] });
    const broken = new Error("broken");
    here.hub.on("message.received", () => {
      throw broken;
    });
    await here.write("hi");
    await here.failures(1);
    const { id = "" } = here.errors[0]?.context.event ?? {};
    const told = { kind: "listener", event: { id, type: "message.received" } };
    const nextAttemptAt = here.errors[0]?.context.nextAttemptAt;
    expect(Date.parse(nextAttemptAt ?? "")).toBeGreaterThan(here.clock.now());
    await here.nextAttempt();
    await here.failures(2);
    expect(here.errors).toEqual([
      { error: broken, context: { ...told, attempt: 1, nextAttemptAt, dead: false } },
      { error: broken, context: { ...told, attempt: 2, nextAttemptAt: null, dead: true } },
    ]);
  });

  it("is told of a job that fails", async () => {
    let works = true;
    const inner = keyvStore(new Keyv());
    const store = faultyStore(inner, { at: () => !works, mode: "before" });
    const here = await troubledScene({ store });
    const { passed, open } = gate();
    const begun = gate();
    here.hub.on("message.received", () => {
      begun.open();
      return passed();
    });
    await here.write("hi");
    await begun.passed();
    works = false;
    open();
    await eventually(() => expect(here.errors.length).toBeGreaterThan(0));
    works = true;
    const { error, context } = here.errors[0] ?? {};
    expect(error).toMatchObject({ code: "store_unavailable" });
    const none = { attempt: null, nextAttemptAt: null, dead: false };
    expect(context).toEqual({ kind: "job", job: expect.any(String), ...none });
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("a hook");
      },
    ],
    ["rejects", async () => Promise.reject(new Error("a hook"))],
  ])("that %s harms nothing", async (_, onError) => {
    const here = await scene({ onError, listenerScheduleMs: [0] });
    const heard: string[] = [];
    here.hub.on("message.received", ({ id }) => {
      heard.push(id);
      if (heard.length === 1) throw new Error("broken");
    });
    await here.write("one", "two");
    await eventually(() => expect(heard).toHaveLength(2));
    await eventually(async () => {
      expect((await here.hub.deadLetters.list()).data).toMatchObject([{ id: heard[0] }]);
    });
  });
});
