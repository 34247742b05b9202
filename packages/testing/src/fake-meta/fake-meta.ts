import { randomBytes } from "node:crypto";
import { type Clock, systemClock } from "@wabakit/core";
import { Agent, type Dispatcher } from "undici";
import { type AppInput, type Assets, assets } from "./assets.ts";
import { type DeliveryEngine, deliveryEngine } from "./delivery-engine.ts";
import { type Faults, faultPlan } from "./faults.ts";
import { type Grants, grants } from "./grants.ts";
import { graphServer, type UsageHeaders } from "./graph-server.ts";
import { type Callback, handshakeOver } from "./handshake.ts";
import { type Healths, healths } from "./health-status.ts";
import { type Payloads, payloads } from "./message-payloads.ts";
import type { RecordedRequest } from "./recorded-request.ts";
import { type Sender, sender } from "./sender.ts";
import { emptyState, type MetaApp, type State } from "./state.ts";
import { type Subscriptions, subscriptions } from "./subscriptions.ts";

/** How a fake Meta is set up; everything has a default. */
export interface FakeMetaOptions {
  /** Decides about expiry, handshake time-outs and retries; the machine's when left out. */
  readonly clock?: Clock;
  /** The first app, used wherever a test names none. Its secrets are random when left out. */
  readonly appId?: string;
  readonly appSecret?: string;
  readonly verifyToken?: string;
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** Refuses business tokens without `appsecret_proof`; a wrong one is refused anyway. */
  readonly requireAppSecretProof?: boolean;
  /** By the clock; 6,000 when left out, which is what integrators report. */
  readonly handshakeTimeoutMs?: number;
  /** Whether a refused WABA override also drops the one before it; Meta does not say, false here. */
  readonly refusedOverrideClears?: boolean;
}

/** A Meta of your own: a Graph API over HTTP, and a sender of signed webhooks. */
export interface FakeMeta
  extends Assets,
    Grants,
    Healths,
    Subscriptions,
    Payloads,
    Faults,
    Sender,
    DeliveryEngine {
  /** Stands in for `https://graph.facebook.com`; without a trailing slash. */
  readonly url: string;
  /** The first app. */
  readonly app: MetaApp;
  /** Every call, in the order of arrival, also those that were refused or made to fail. */
  readonly requests: readonly RecordedRequest[];
  /** Reports these quotas with every answer from now on; an empty object reports none. */
  readonly setUsage: (usage: UsageHeaders) => void;
  /**
   * Meta's verification GET, as the app dashboard runs it.
   *
   * @throws {GraphError} 2200 when the callback does not answer as it should, 100 when it is no URL.
   */
  readonly handshake: (callback: Callback) => Promise<void>;
  /** Ends every connection, also those that a fault or a hold keeps waiting. */
  readonly close: () => Promise<void>;
}

/** More than Meta uses at once, and few enough for any machine's file limit. */
const MAX_CONNECTIONS = 128;
const DEFAULT_HANDSHAKE_TIMEOUT_MS = 6_000;

/**
 * Starts a Meta on this machine. It plays `debug_token`, `oauth/access_token`, WABAs, numbers, their
 * registration, health and webhook overrides, and the app's subscriptions, for every Graph version,
 * refuses what Meta refuses, and delivers webhooks the way Meta routes and signs them.
 */
export async function fakeMeta(options: FakeMetaOptions = {}): Promise<FakeMeta> {
  const state = emptyState(options.clock ?? systemClock);
  const dispatcher = new Agent({ connections: MAX_CONNECTIONS });
  const graph = await startGraph({ state, dispatcher, options });
  const arrange = assets(state);
  const send = sender(state, dispatcher);
  return {
    ...arrange,
    ...grants(state),
    ...healths(state),
    ...subscriptions(state),
    ...payloads(state),
    ...send,
    ...deliveryEngine({ state, sender: send }),
    ...graph,
    app: arrange.addApp(firstApp(options)),
    close: async () => {
      await graph.close();
      await dispatcher.destroy();
    },
  };
}

interface GraphInput {
  readonly state: State;
  readonly dispatcher: Dispatcher;
  readonly options: FakeMetaOptions;
}

/** The half of it that others call. */
async function startGraph({ state, dispatcher, options }: GraphInput) {
  const { requireAppSecretProof = false, refusedOverrideClears = false, port } = options;
  const { handshakeTimeoutMs = DEFAULT_HANDSHAKE_TIMEOUT_MS } = options;
  const { take, pass, ...faults } = faultPlan();
  const requests: RecordedRequest[] = [];
  let usage: UsageHeaders = {};
  const handshake = handshakeOver({
    clock: state.clock,
    dispatcher,
    timeoutMs: handshakeTimeoutMs,
    nextChallenge: () => String(1_158_201_443 + state.count("challenge")),
  });
  const server = await graphServer({
    state,
    handshake,
    requests,
    take,
    pass,
    refusedOverrideClears,
    rule: { requireAppSecretProof },
    usage: () => usage,
    port,
  });
  const setUsage = (next: UsageHeaders) => {
    usage = next;
  };
  return { ...server, ...faults, handshake, requests, setUsage };
}

function firstApp({ appId, appSecret, verifyToken }: FakeMetaOptions): AppInput {
  return {
    ...(appId !== undefined && { appId }),
    appSecret: appSecret ?? randomBytes(16).toString("hex"),
    verifyToken: verifyToken ?? randomBytes(16).toString("hex"),
  };
}
