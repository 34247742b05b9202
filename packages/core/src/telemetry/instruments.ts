import {
  type Counter,
  type Histogram,
  type Meter,
  type MeterProvider,
  metrics,
} from "@opentelemetry/api";

/** Who measures: the name of the meter and the tracer. */
export const SCOPE = "wabakit";

/** Everything that is counted or timed as it happens; times are in seconds. */
export interface Instruments {
  readonly received: Counter;
  readonly refusedNotifications: Counter;
  readonly refusedRequests: Counter;
  readonly processed: Counter;
  readonly deduplicated: Counter;
  readonly unrouted: Counter;
  readonly attempts: Counter;
  readonly attemptSeconds: Histogram;
  readonly deliverySeconds: Histogram;
  readonly listenerSeconds: Histogram;
  readonly listenerFailures: Counter;
  readonly deadLetters: Counter;
  readonly graphCalls: Counter;
  readonly graphSeconds: Histogram;
  readonly requestSeconds: Histogram;
}

/** Of whatever answers somebody, as the semantic conventions of HTTP advise. */
const ANSWER_SECONDS = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60, 300,
];
/** Of deliveries, which are tried for days. */
const DELIVERY_SECONDS = [
  0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3_600, 21_600, 86_400, 259_200,
];

let known: { readonly provider: MeterProvider; readonly instruments: Instruments } | undefined;

/** Those of the meter provider that the process has now: a host may set one up at any time. */
export function instruments(): Instruments {
  const provider = metrics.getMeterProvider();
  if (known?.provider !== provider) known = { provider, instruments: create(meter()) };
  return known.instruments;
}

/** The meter of the library; it costs nothing where the host has set up none. */
export function meter(): Meter {
  return metrics.getMeter(SCOPE);
}

function create(meter: Meter): Instruments {
  const count = (name: string, unit: string, description: string) =>
    meter.createCounter(name, { unit: `{${unit}}`, description });
  const time = (name: string, description: string, explicitBucketBoundaries = ANSWER_SECONDS) =>
    meter.createHistogram(name, { unit: "s", description, advice: { explicitBucketBoundaries } });
  return {
    received: count("wabakit.notifications.received", "notification", "Stored and answered 200."),
    refusedNotifications: count("wabakit.notifications.refused", "request", "At the receiver."),
    refusedRequests: count("wabakit.requests.refused", "request", "By the API and by pages."),
    processed: count("wabakit.items.processed", "item", "Updates seen for the first time."),
    deduplicated: count("wabakit.items.deduplicated", "item", "Updates that had come before."),
    unrouted: count("wabakit.items.unrouted", "item", "Updates that nobody had connected."),
    attempts: count("wabakit.delivery.attempts", "attempt", "Deliveries tried."),
    attemptSeconds: time("wabakit.delivery.duration", "One attempt."),
    deliverySeconds: time("wabakit.delivery.latency", "Until delivered.", DELIVERY_SECONDS),
    listenerSeconds: time("wabakit.listener.duration", "All listeners of one event."),
    listenerFailures: count("wabakit.listener.failures", "attempt", "Attempts that failed."),
    deadLetters: count("wabakit.listener.dead_letters", "event", "Events given up."),
    graphCalls: count("wabakit.graph.calls", "call", "Calls of the Graph API."),
    graphSeconds: time("wabakit.graph.duration", "One call, with its repeats."),
    requestSeconds: time("http.server.request.duration", "Requests of ours, by route."),
  };
}
