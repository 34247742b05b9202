import type { AnyEvent } from "@wabakit/core";
import { expect, it } from "vitest";
import { eventually, scene } from "./scene.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

const NOTICES = { events: ["endpoint.*", "delivery.*"] };

/** One endpoint that gets messages, and one that is told how the others do; both hear of both. */
async function arrange() {
  const here = await scene();
  const watcher = await here.addSink();
  const { body } = await here.addEndpoint({ url: here.sink.url, events: ["*"], concurrency: 1 });
  await here.addEndpoint({ url: watcher.url, ...NOTICES });
  const heard: AnyEvent[] = [];
  here.hub.on("*", (event) => void heard.push(event));
  return { ...here, watcher, id: String(body.id), heard };
}

const texts = (count: number) => Array.from({ length: count }, (_, index) => `text ${index}`);

it("an endpoint that fails is told of to the others and to the host, once, and so is its recovery", async () => {
  const here = await arrange();
  here.sink.respond({ status: 500 });
  await here.write(...texts(12));
  const [failing] = await here.watcher.waitFor(1);
  expect(JSON.parse(`${failing?.body}`)).toMatchObject({
    event: "endpoint.failing",
    data: { endpointId: here.id, url: `${here.sink.url}/`, lastError: "http_500", tenantId: null },
  });
  here.sink.respond({});
  await here.clock.advance(60_000);
  const told = await here.watcher.waitFor(2);
  expect(told.map(({ headers }) => headers["x-wabakit-event"])).toEqual([
    "endpoint.failing",
    "endpoint.recovered",
  ]);
  await eventually(() => {
    const notices = here.heard
      .map(({ type }) => type)
      .filter((type) => type.startsWith("endpoint."));
    expect(notices).toEqual(["endpoint.failing", "endpoint.recovered"]);
  });
  const own = here.sink.received.map(({ headers }) => headers["x-wabakit-event"]);
  expect(new Set(own)).toEqual(new Set(["message.received"]));
});

it("an endpoint that is gone is told of to the others", async () => {
  const here = await arrange();
  here.sink.respond({ status: 410 });
  await here.write("hi");
  const [disabled] = await here.watcher.waitFor(1);
  expect(JSON.parse(`${disabled?.body}`)).toMatchObject({
    event: "endpoint.disabled",
    data: { endpointId: here.id, reason: "gone", lastError: "http_410" },
  });
  const shown = await here.call("GET", `/webhook-endpoints/${here.id}`);
  expect(shown.body).toMatchObject({ enabled: false, disabledReason: "gone" });
});

it("an endpoint that was off for days has its five days anew once it is on again", async () => {
  const here = await arrange();
  here.sink.respond({ status: 500 });
  await here.write(...texts(12));
  await here.watcher.waitFor(1);
  const path = `/webhook-endpoints/${here.id}`;
  expect(await here.call("PATCH", path, { enabled: false })).toMatchObject({ status: 200 });
  await here.clock.advance(6 * DAY_MS);
  expect(await here.call("PATCH", path, { enabled: true })).toMatchObject({ status: 200 });

  const before = here.sink.received.length;
  await here.clock.advance(60_000);
  await eventually(() => expect(here.sink.received.length).toBeGreaterThan(before));
  await here.watcher.waitFor(2);
  expect((await here.call("GET", path)).body).toMatchObject({ enabled: true });
});
