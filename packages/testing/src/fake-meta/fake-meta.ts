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
import { type PartnerPayloads, partnerPayloads } from "./partner-payloads.ts";
import type { RecordedRequest } from "./recorded-request.ts";
import { type Sender, sender } from "./sender.ts";
import { type Signups, signups } from "./signup/finish-signup.ts";
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
  /** The first app's "Valid OAuth Redirect URIs", matched to the letter; left out, all are valid. */
  readonly redirectUris?: readonly string[];
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
    PartnerPayloads,
    Signups,
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
 * registration, health and webhook overrides, the app's subscriptions and the customers' businesses, for
 * every Graph version, refuses what Meta refuses, and delivers webhooks the way Meta routes and signs
 * them. To browsers it serves the SDK (`/en_US/sdk.js`) and the signup's dialog (`/v25.0/dialog/oauth`).
 */
export async function fakeMeta(options: FakeMetaOptions = {}): Promise<FakeMeta> {
  const state = emptyState(options.clock ?? systemClock);
  const dispatcher = new Agent({ connections: MAX_CONNECTIONS });
  const send = sender(state, dispatcher);
  const engine = deliveryEngine({ state, sender: send });
  const signup = signups({ state, deliver: engine.deliver });
  const { finishSignup } = signup;
  const graph = await startGraph({ state, dispatcher, options, finishSignup });
  const arrange = assets(state);
  return {
    ...arrange,
    ...grants(state),
    ...healths(state),
    ...subscriptions(state),
    ...payloads(state),
    ...partnerPayloads(state),
    ...signup,
    ...send,
    ...engine,
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
  readonly finishSignup: Signups["finishSignup"];
}

/** The half of it that others call. */
async function startGraph({ state, dispatcher, options, finishSignup }: GraphInput) {
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
    finishSignup,
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

function firstApp({ appId, appSecret, verifyToken, redirectUris }: FakeMetaOptions): AppInput {
  return {
    ...(redirectUris && { redirectUris }),
    ...(appId !== undefined && { appId }),
    appSecret: appSecret ?? randomBytes(16).toString("hex"),
    verifyToken: verifyToken ?? randomBytes(16).toString("hex"),
  };
}
