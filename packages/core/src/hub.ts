import {
  type OrganizationsMethods,
  organizationsMethods,
} from "./access/organizations/organizations-methods.ts";
import type { Context } from "./app.ts";
import { byDeadline } from "./by-deadline.ts";
import { connectionIndex } from "./connections/waba.ts";
import { createListeners, type On } from "./delivery/listeners.ts";
import { createHealth } from "./health.ts";
import { fetchHandler } from "./http/fetch.ts";
import { trackInFlight } from "./http/in-flight.ts";
import type { Handler } from "./http/message.ts";
import { inTurn } from "./in-turn.ts";
import { checkSetups } from "./meta-apps/check-setups.ts";
import { createMethods, type Methods } from "./methods.ts";
import { checkOptions, type HubOptions } from "./options.ts";
import { openParts, openStore, type Parts } from "./parts.ts";
import { type RotatedSecrets, rotateSecrets } from "./rotate-secrets.ts";
import { createClosed, createServe, firstOf, notRunning } from "./serve.ts";
import { requireShared, startStore } from "./set-up.ts";
import { createCounters } from "./webhook/counters.ts";
import { startWorker, type Worker } from "./worker.ts";

/** How long requests and jobs under way may take to end, */
const STOP_MS = 8_000;
/** and the farewell to other nodes, which can do without it. */
const FAREWELL_MS = 2_000;

/** Connects WhatsApp numbers to the program it is part of. */
export interface Hub extends Methods {
  /** Adds a listener for events; it hears each at least once, again if it throws. */
  readonly on: On;
  /**
   * Opens the store, finishes what an earlier process left, and begins to work. A while later a worker
   * asks Meta how the Meta apps are set up, and warns where that is not what is needed.
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
  /**
   * Finishes a change of `secretKeys`: seals every stored secret, of every organization, with the
   * newest key, while the hub and others on the store go on. Afterwards the older keys can go. Call it
   * once all processes have the newest key in front; a call that is cut short is made up for by the next.
   *
   * @returns How many records this call `resealed`, and how many were `current` before it.
   * @throws {Failure} `secret_unreadable`, naming the records that no key opens, when all others are
   *   done; `store_unavailable`.
   */
  readonly rotateSecrets: () => Promise<RotatedSecrets>;
  /** The same methods for another organization: one that was made, or any id of your own. */
  readonly organization: (organizationId: string) => Methods;
  /** All organizations of the installation, the default one included. */
  readonly organizations: OrganizationsMethods;
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
  const closed = createClosed(options);
  const oneByOne = inTurn();
  let parts: Parts | undefined;
  let worker: Worker | undefined;
  let stopChecking = () => {};
  let serve = closed;

  const health = createHealth(options.paths.api, () => (serve === closed ? undefined : store));
  const handlers = firstOf([health, (request) => serve(request)]);
  const { handle, settled } = trackInFlight(handlers, options.clock);

  /** Methods work before requests are taken, and longer: listeners may use them all the time. */
  async function open(): Promise<void> {
    parts = await openParts(options, store, counters);
    if (options.roles.includes("worker")) {
      worker = await startWorker(options, { ...parts, listeners });
      stopChecking = checkSetups(parts.app);
    }
    serve = createServe(options, parts);
  }

  async function close(): Promise<void> {
    await parts?.app.egress.close();
    const farewell = Promise.all([worker?.letGo(), parts?.leave()]);
    parts = undefined;
    worker = undefined;
    await byDeadline(options.clock, options.clock.now() + FAREWELL_MS, farewell);
    await store.stop();
  }

  async function start(): Promise<void> {
    if (parts) return;
    await startStore(options, store);
    await open().catch(async (error: unknown) => {
      await close();
      throw error;
    });
  }

  async function stop(): Promise<void> {
    if (!parts) return;
    serve = closed;
    stopChecking();
    const deadline = options.clock.now() + STOP_MS;
    const { metaApps } = parts.app;
    await Promise.all([worker?.stop(deadline), settled(deadline).then(metaApps.close)]).finally(
      close,
    );
  }

  function contextOf(organizationId?: string): Context {
    if (!parts) throw notRunning();
    const { app, defaultOrganizationId } = parts;
    return { app, organizationId: organizationId ?? defaultOrganizationId };
  }

  return {
    ...createMethods(contextOf),
    organization: (organizationId) => createMethods(() => contextOf(organizationId)),
    organizations: organizationsMethods(contextOf, connectionIndex),
    rotateSecrets: async () => rotateSecrets(contextOf().app),
    on: listeners.on,
    start: () => oneByOne(start),
    stop: () => oneByOne(stop),
    handle,
    fetch: fetchHandler(handle),
  };
}
