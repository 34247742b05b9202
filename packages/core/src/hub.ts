import { createListeners, type On } from "./delivery/listeners.ts";
import { createHealth } from "./health.ts";
import { fetchHandler } from "./http/fetch.ts";
import { trackInFlight } from "./http/in-flight.ts";
import type { Handler } from "./http/message.ts";
import { createGraphClient, type GraphClient } from "./meta/client.ts";
import { createGraph } from "./meta/graph.ts";
import type { MetaApp } from "./meta-app.ts";
import { createMethods, type Methods } from "./methods.ts";
import { type CheckedOptions, checkOptions, type HubOptions } from "./options.ts";
import { openParts, openStore, type Parts } from "./parts.ts";
import { createClosed, createServe, firstOf, notRunning } from "./serve.ts";
import type { Store } from "./store/store.ts";
import { createCounters } from "./webhook/counters.ts";
import { startWorker, type Worker } from "./worker.ts";

/** How long requests and jobs under way may take to end. */
const STOP_MS = 10_000;

/** Connects WhatsApp numbers to the program it is part of. */
export interface Hub extends Methods {
  /** Adds a listener for events; it hears each at least once, again if it throws. */
  readonly on: On;
  /**
   * Opens the store, finishes what an earlier process left, and begins to work.
   *
   * @throws {Error} With what to do, when the set-up cannot keep its promises.
   */
  readonly start: () => Promise<void>;
  /** Takes no more requests and ends within 10 seconds; what is not done is done at the next start. */
  readonly stop: () => Promise<void>;
  /** What framework adapters call. */
  readonly handle: Handler;
  /** For hosts that speak the Fetch standard; `undefined` when the path is not ours. */
  readonly fetch: (request: Request) => Promise<Response | undefined>;
  /** The same methods for another organization. */
  readonly organization: (organizationId: string) => Methods;
}

/**
 * Makes a hub. It does nothing before `start()`.
 *
 * @throws {Error} One message that names every option that does not work.
 */
export function createHub(given: HubOptions): Hub {
  const options = checkOptions(given);
  const store = openStore(options);
  requireShared(options, store);
  const listeners = createListeners();
  const counters = createCounters();
  const closed = createClosed(options, counters);
  const oneByOne = inTurn();
  let parts: Parts | undefined;
  let worker: Worker | undefined;
  let serve = closed;

  const health = createHealth(options.paths.api, () => (serve === closed ? undefined : store));
  const { handle, settled } = trackInFlight(
    firstOf([health, (request) => serve(request)]),
    options.clock,
  );

  /** Methods work before requests are taken, and longer: listeners may use them all the time. */
  async function open(): Promise<void> {
    parts = await openParts(options, store, openMetaApps(options));
    if (options.roles.includes("worker")) {
      worker = await startWorker(options, { ...parts, listeners, counters });
    }
    serve = createServe(options, parts, counters);
  }

  async function close(): Promise<void> {
    parts = undefined;
    worker = undefined;
    await store.stop();
  }

  async function start(): Promise<void> {
    if (parts) return;
    await store.start();
    await open().catch(async (error: unknown) => {
      await close();
      throw error;
    });
  }

  async function stop(): Promise<void> {
    if (!parts) return;
    serve = closed;
    const deadline = options.clock.now() + STOP_MS;
    const { metaApps } = parts.app;
    const closeClients = () => Promise.all(metaApps.map(({ client }) => client.close()));
    await Promise.all([worker?.stop(deadline), settled(deadline).then(closeClients)]).finally(
      close,
    );
  }

  function methodsOf(organizationId?: string): Methods {
    return createMethods(() => {
      if (!parts) throw notRunning();
      const { app, defaultOrganizationId } = parts;
      return { app, organizationId: organizationId ?? defaultOrganizationId };
    });
  }

  return {
    ...methodsOf(),
    organization: methodsOf,
    on: listeners.on,
    start: () => oneByOne(start),
    stop: () => oneByOne(stop),
    handle,
    fetch: fetchHandler(handle),
  };
}

/** Runs one step after the other, in the order of the calls: no start meets a stop half way. */
function inTurn(): (step: () => Promise<void>) => Promise<void> {
  let last = Promise.resolve();
  return (step) => {
    const mine = last.then(step);
    last = mine.catch(() => {});
    return mine;
  };
}

function openMetaApps({ meta, clock }: CheckedOptions): readonly MetaApp[] {
  return meta.map(({ appId, appSecret, verifyToken, graphUrl, graphVersion }) => {
    const client: GraphClient = createGraphClient({ graphUrl, graphVersion, clock });
    const [newest = ""] = appSecret;
    const graph = createGraph(client, { appId, appSecret: newest });
    return { appId, secrets: appSecret, verifyToken, graph, client };
  });
}

function requireShared({ nodes, queue }: CheckedOptions, store: Store): void {
  if (nodes === "one") return;
  const alone = [
    ...(store.atomicity === "process" ? ["store"] : []),
    ...((queue?.atomicity ?? "process") === "process" ? ["queue"] : []),
  ];
  if (alone.length === 0) return;
  throw new Error(
    `nodes is "many", but one process alone can use the ${alone.join(" and the ")}. Use a store and a queue that several processes can share, or set nodes to "one".`,
  );
}
