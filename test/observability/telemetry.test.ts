import { metrics, trace } from "@opentelemetry/api";
import {
  AggregationTemporality,
  type DataPoint,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { beforeEach, expect, it } from "vitest";
import { eventually, passTimeUntil } from "../delivery/scene.ts";
import { troubledScene } from "../delivery/troubled.ts";
import { type Story, tellStory } from "./story.ts";

/** A point of a metric, with its attributes. */
interface Point {
  readonly attributes: DataPoint<unknown>["attributes"];
  /** How many measurements, where it is a histogram. */
  readonly value: number;
}

/** What a host sets up, and what it gets. */
function setUp() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e9 });
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  const spans = new InMemorySpanExporter();
  const spanProcessors = [new SimpleSpanProcessor({ exporter: spans })];
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors }));

  async function collect() {
    exporter.reset();
    await reader.forceFlush();
    const [collected] = exporter.getMetrics().slice(-1);
    return (collected?.scopeMetrics ?? []).flatMap((scope) => scope.metrics);
  }

  /** The points of a metric by its name. */
  async function points(name: string): Promise<readonly Point[]> {
    const found = (await collect()).find(({ descriptor }) => descriptor.name === name);
    return (found?.dataPoints ?? []).map(({ attributes, value }) => ({
      attributes,
      value: typeof value === "number" ? value : countOf(value),
    }));
  }
  const sum = async (name: string) =>
    (await points(name)).reduce((total, { value }) => total + value, 0);
  return { collect, points, sum, spans };
}

// A point that is no number is a histogram.
const countOf = (value: unknown) => (value as Histogram).count;

beforeEach(() => {
  metrics.disable();
  trace.disable();
});

function expectNothingOf(story: Story, told: string): void {
  for (const canary of [...story.secrets, ...story.phoneNumbers, ...story.bodies]) {
    expect(told).not.toContain(canary);
  }
}

it("counts what comes in, and what is refused, by its code", async () => {
  const { sum, points } = setUp();
  await tellStory();
  // Its own clock goes on by itself, so the worker is waited for.
  await eventually(async () => expect(await sum("wabakit.items.processed")).toBe(3));
  expect(await sum("wabakit.notifications.received")).toBe(4);
  expect(await sum("wabakit.items.deduplicated")).toBe(1);
  const codes = (await points("wabakit.notifications.refused")).map(
    ({ attributes }) => attributes["error.type"],
  );
  expect(codes.sort()).toEqual([
    "signature_mismatch",
    "store_unavailable",
    "verify_token_mismatch",
  ]);
  expect(await points("wabakit.requests.refused")).toEqual([
    { attributes: { "error.type": "unauthorized", "wabakit.surface": "api" }, value: 1 },
    { attributes: { "error.type": "invalid_request", "wabakit.surface": "api" }, value: 1 },
  ]);
});

it("times requests by their routes, and calls of the Graph API by how they ended", async () => {
  const { points } = setUp();
  await tellStory();
  const requests = await points("http.server.request.duration");
  const routes = requests.map(({ attributes }) => attributes["http.route"]);
  expect(new Set(routes)).toEqual(
    new Set([
      "/webhooks/meta",
      "/api/v1/connections",
      "/api/v1/connections/:id",
      "/api/v1/connections/:id/health",
      "/api/v1/webhook-endpoints",
    ]),
  );
  const calls = await points("wabakit.graph.calls");
  const outcomes = calls.map(({ attributes }) => attributes["error.type"] ?? "ok");
  expect(new Set(outcomes)).toEqual(new Set(["ok", "meta_rejected"]));
});

it("counts attempts to deliver by their outcome, and tells how long events were under way", async () => {
  const { points, sum } = setUp();
  const here = await troubledScene();
  await here.addEndpoint({ url: here.sink.url });
  here.sink.respond({ status: 503 });
  await here.write("hi");
  await here.sink.waitFor(1);
  await eventually(async () => expect(await sum("wabakit.delivery.attempts")).toBe(1));
  expect(await sum("wabakit.delivery.latency")).toBe(0);
  here.sink.respond({});
  await here.clock.advance(10_000);
  await here.sink.waitFor(2);
  await eventually(async () => expect(await sum("wabakit.delivery.latency")).toBe(1));
  const outcomes = (await points("wabakit.delivery.attempts")).map(({ attributes }) => attributes);
  expect(outcomes).toEqual([
    { "wabakit.outcome": "retrying", "error.type": "5xx" },
    { "wabakit.outcome": "delivered" },
  ]);
  expect(await sum("wabakit.delivery.duration")).toBe(2);
});

it("counts what listeners fail at, and what they give up", async () => {
  const { points, sum } = setUp();
  const here = await troubledScene({ listenerScheduleMs: [0, 1_000] });
  here.hub.on("message.received", () => {
    throw new TypeError("broken");
  });
  await here.write("hi");
  await here.failures(1);
  await here.nextAttempt();
  await here.failures(2);
  const of = { "wabakit.event.type": "message.received" };
  expect(await points("wabakit.listener.failures")).toEqual([{ attributes: of, value: 2 }]);
  expect(await points("wabakit.listener.dead_letters")).toEqual([{ attributes: of, value: 1 }]);
  expect(await sum("wabakit.listener.duration")).toBe(2);
});

it("tells how much waits, and for how long, until the hub stops", async () => {
  const { points } = setUp();
  const here = await troubledScene({ listenerConcurrency: 1 });
  const { promise, resolve } = Promise.withResolvers<void>();
  here.hub.on("message.received", () => promise);
  await here.write("one", "two", "three");
  await eventually(async () => {
    expect((await points("wabakit.queue.waiting"))[0]?.value).toBeGreaterThanOrEqual(2);
  });
  await here.clock.advance(5_000);
  expect((await points("wabakit.queue.oldest_age"))[0]?.value).toBe(5);
  await passTimeUntil(here.clock, here.hub.stop());
  resolve();
  const last = await points("wabakit.queue.oldest_age");
  await here.clock.advance(60_000);
  expect(await points("wabakit.queue.oldest_age")).toEqual(last);
});

it("tells how many breakers are open", async () => {
  const { sum } = setUp();
  const here = await troubledScene();
  await here.addEndpoint({ url: here.sink.url });
  here.sink.respond({ status: 500 });
  await here.write(...Array.from({ length: 12 }, (_, index) => `text ${index}`));
  await eventually(async () => expect(await sum("wabakit.breaker.open")).toBe(1));
  here.sink.respond({});
  await here.clock.advance(60_000);
  await eventually(async () => expect(await sum("wabakit.breaker.open")).toBe(0));
});

it("spans what it does, from the request on", async () => {
  const { spans } = setUp();
  await tellStory();
  const names = () => new Set(spans.getFinishedSpans().map(({ name }) => name));
  await eventually(() =>
    expect([...names()]).toEqual(
      expect.arrayContaining([
        "POST /webhooks/meta",
        "GET /api/v1/connections/:id/health",
        "job notification",
        "emit",
        "hear",
        "deliver",
        "graph GET",
        "graph POST",
      ]),
    ),
  );
});

it("tells no secret, no phone number, and nothing that somebody wrote", async () => {
  const { collect, spans } = setUp();
  const story = await tellStory();
  await eventually(() => {
    const names = spans.getFinishedSpans().map(({ name }) => name);
    expect(names.filter((name) => name === "deliver").length).toBeGreaterThanOrEqual(2);
  });
  const told = spans.getFinishedSpans().map((span) => {
    const { name, attributes, events, status } = span;
    return { name, attributes, events, status };
  });
  expectNothingOf(story, JSON.stringify(told));
  expectNothingOf(story, JSON.stringify(await collect()));
});

it("a host that sets up nothing is told nothing, and one that does so late is told from then on", async () => {
  const here = await troubledScene();
  await here.write("one");
  const { sum } = setUp();
  await here.write("two");
  expect(await sum("wabakit.notifications.received")).toBe(1);
});
