import type { AnyEvent, MessageReceived } from "@wabakit/core";
import { describe, expect, it } from "vitest";
import { eventually, scene } from "./scene.ts";

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
    here.hub.on("*", ({ event }) => void heard.push(event));
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
    const here = await scene();
    await here.addEndpoint({ url: here.sink.url });
    const heard: string[] = [];
    here.hub.on("message.received", ({ id }) => void heard.push(`good ${id}`));
    here.hub.on("*", ({ id }) => {
      heard.push(`bad ${id}`);
      if (heard.length < 4) throw new Error("not yet");
    });
    await here.write("hi");
    await eventually(() => expect(heard).toHaveLength(2));
    await here.clock.advance(1_000);
    await eventually(() => expect(heard).toHaveLength(4));
    const [good, bad] = heard;
    expect(heard).toEqual([good, bad, good, bad]);
    await here.clock.advance(100_000);
    expect(heard).toHaveLength(4);
    expect(here.sink.received).toHaveLength(1);
  });

  it("is asked again after growing pauses, however long it takes", async () => {
    const here = await scene();
    const heardAt: number[] = [];
    here.hub.on("message.received", () => {
      heardAt.push(here.clock.now());
      throw new Error("never");
    });
    const startedAt = here.clock.now();
    await here.write("hi");
    await eventually(() => expect(heardAt).toHaveLength(1));
    for (let second = 0; second < 300; second += 1) await here.clock.advance(1_000);
    const seconds = heardAt.map((at) => Math.round((at - startedAt) / 1_000));
    expect(seconds).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
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
