import { describe, expect, it } from "vitest";
import { attempts, connectNumber, scene, write } from "./scene.ts";

const HOUR_MS = 60 * 60_000;

describe("several endpoints", () => {
  it("get what they asked for, by type and by whom it is about", async () => {
    const here = await scene();
    const other = await connectNumber(here, "other");
    const wanted = [
      { events: ["message.received"] },
      { events: ["message.*"], filter: { tenantIds: ["acme"] } },
      { filter: { wabaIds: [other.wabaId] } },
      { filter: { connectionIds: [here.connectionId] } },
      { events: ["connection.*"] },
      { filter: { tenantIds: ["acme"], wabaIds: [other.wabaId] } },
    ];
    for (const [index, fields] of wanted.entries()) {
      const url = `${here.sink.url}/${index}`;
      expect(await here.addEndpoint({ url, ...fields })).toMatchObject({ status: 201 });
    }
    await here.write("of acme");
    await write(here, other, ["of other"]);
    const received = await here.sink.waitFor(5);
    const seen = received.map(({ path, body }) => `${path} ${JSON.parse(`${body}`).data.tenantId}`);
    expect(seen.sort()).toEqual(["/0 acme", "/0 other", "/1 acme", "/2 other", "/3 acme"]);
  });

  it("do not wait for one that is down", async () => {
    const here = await scene();
    const other = await here.addSink();
    await here.addEndpoint({ url: here.sink.url, concurrency: 1 });
    await here.addEndpoint({ url: other.url, concurrency: 1 });
    here.sink.respond({ delayMs: "hang" });
    const texts = Array.from({ length: 20 }, (_, index) => `text ${index}`);
    await here.write(...texts);
    expect(await other.waitFor(20)).toHaveLength(20);
    expect(here.sink.received).toHaveLength(1);
    await here.clock.advance(15_000);
  });
});

describe("one endpoint", () => {
  it("never gets more at once than it allows", async () => {
    const here = await scene();
    await here.addEndpoint({ url: here.sink.url, concurrency: 3 });
    let underWay = 0;
    let most = 0;
    here.sink.respond(async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
      return {};
    });
    await here.write(...Array.from({ length: 40 }, (_, index) => `text ${index}`));
    await here.sink.waitFor(40);
    expect(most).toBeLessThanOrEqual(3);
  });

  it("gets the messages of one notification in their order, where it wants one at a time", async () => {
    const here = await scene();
    await here.addEndpoint({ url: here.sink.url, concurrency: 1 });
    const texts = Array.from({ length: 30 }, (_, index) => `text ${index}`);
    await here.write(...texts);
    const received = await here.sink.waitFor(30);
    const got = received.map(({ body }) => JSON.parse(`${body}`).data.message.text.body);
    expect(got).toEqual(texts);
  });

  it("that is deleted gets nothing of what waited for it", async () => {
    const here = await scene();
    const { body } = await here.addEndpoint({ url: here.sink.url });
    here.sink.respond({ status: 500 });
    await here.write("hi");
    await attempts(here, 1);
    expect(await here.call("DELETE", `/webhook-endpoints/${body.id}`)).toMatchObject({
      status: 200,
      body: { id: body.id, deleted: true },
    });
    await here.write("one more");
    await here.clock.advance(80 * HOUR_MS);
    expect(here.sink.received).toHaveLength(1);
    expect(await here.call("GET", `/webhook-endpoints/${body.id}`)).toMatchObject({ status: 404 });
  });
});
