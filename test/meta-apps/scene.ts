import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type AnyEvent,
  createHub,
  type Hub,
  type HubOptions,
  keyvStore,
  type Store,
} from "@wabakit/core";
import { mount } from "@wabakit/express";
import {
  type FakeClock,
  type FakeMeta,
  fakeClock,
  fakeMeta,
  faultyStore,
  type StoreOperation,
} from "@wabakit/testing";
import express from "express";
import { Keyv } from "keyv";
import { expect, onTestFinished } from "vitest";
import { API_KEY, hubOptions } from "../spine/setting.ts";
import { type Client, clientFor } from "./client.ts";
import { type HoldCommit, holdable } from "./holdable.ts";

/** A hub in a product that Meta reaches. */
export interface Node {
  readonly hub: Hub;
  readonly url: string;
  /** With the bootstrap key. */
  readonly api: Client;
  readonly as: (apiKey: unknown) => Client;
}

/** Hubs on one store, whose clock stands still, and a Meta. */
export interface Scene extends Node {
  readonly meta: FakeMeta;
  readonly clock: FakeClock;
  /** All that the store keeps. */
  readonly rows: ReadonlyMap<string, unknown>;
  readonly options: Omit<HubOptions, "publicUrl">;
  /** Another hub on the store. */
  readonly startNode: (more?: Partial<HubOptions>) => Promise<Node>;
  /** Everything that was asked of the store. */
  readonly operations: readonly StoreOperation[];
  readonly switchStore: (works: boolean) => void;
  readonly holdCommit: HoldCommit;
  /** What the listeners of the first hub were told. */
  readonly heard: readonly AnyEvent[];
  /** What was logged, of every level. */
  readonly logged: readonly Logged[];
  /** Resolves when the first hub has nothing more to tell. */
  readonly quiet: (events: number) => Promise<void>;
}

/** A line of the log. */
export interface Logged {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export async function scene(
  more: Partial<HubOptions> = {},
  atomicity: Store["atomicity"] = "process",
): Promise<Scene> {
  const meta = await fakeMeta();
  onTestFinished(meta.close);
  const rows = new Map<string, unknown>();
  const plain = keyvStore(new Keyv({ store: rows }));
  await plain.start();
  onTestFinished(plain.stop);
  const operations: StoreOperation[] = [];
  let works = true;
  const at = (operation: StoreOperation) => {
    operations.push(operation);
    return !works;
  };
  const { commit, holdCommit } = holdable(plain);
  // The store outlives each of its hubs.
  const lasting: Store = {
    ...plain,
    atomicity,
    commit,
    start: async () => {},
    stop: async () => {},
  };
  const store = faultyStore(lasting, { at, mode: "before" });
  const clock = fakeClock();
  const logged: Logged[] = [];
  const { publicUrl: _, ...usual } = hubOptions(meta);
  const options = { ...usual, store, clock, logger: recording(logged), limits: NONE };
  const startNode = (own: Partial<HubOptions> = {}) => startServed({ ...options, ...more, ...own });
  const node = await startNode();
  const heard: AnyEvent[] = [];
  node.hub.on("*", (event) => void heard.push(event));
  return {
    ...node,
    ...{
      meta,
      clock,
      rows,
      options: { ...options, ...more },
      operations,
      heard,
      logged,
      startNode,
    },
    holdCommit,
    switchStore(next) {
      works = next;
    },
    quiet: (events) =>
      expect.poll(() => heard.length, { timeout: 10_000, interval: 5 }).toBe(events),
  };
}

const NONE = {
  reads: false,
  writes: false,
  reveal: false,
  metaLookups: false,
  inboxReads: false,
  sends: false,
} as const;

/** Options of a hub that is reached where it is served, unless they say otherwise. */
type Unplaced = Omit<HubOptions, "publicUrl"> & Partial<Pick<HubOptions, "publicUrl">>;

/** Meta has to reach a hub under its `publicUrl`, so the port is known before the hub is. */
async function startServed(options: Unplaced): Promise<Node> {
  const app = express();
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A TCP server that listens has this shape of address.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const hub = createHub({ publicUrl: url, ...options });
  app.use(mount(hub)).use((_, response) => void response.sendStatus(418));
  await hub.start();
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await hub.stop();
  });
  const as = (apiKey: unknown) => clientFor(url, String(apiKey));
  return { hub, url, as, api: as(API_KEY) };
}

function recording(lines: Logged[]) {
  const write = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, message, fields: { ...fields } });
  return {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
  };
}

/** Another organization, with a key of every scope. */
export async function anotherOrganization({ hub, as }: Node) {
  const { organizationId } = await hub.organizations.create({ name: "Acme" });
  const methods = hub.organization(organizationId);
  const { apiKey } = await methods.apiKeys.create({ name: "all", scopes: ["*"] });
  return { organizationId, methods, client: as(apiKey) };
}

/** A fresh number at Meta, and what connects it. */
export function claim({ meta }: Pick<Scene, "meta">, appId: string, wabaId?: string) {
  const account = wabaId ?? meta.addWaba().wabaId;
  const { phoneNumberId } = meta.addNumber({ wabaId: account });
  const accessToken = meta.issueToken({ appId, wabaIds: [account] });
  return { tenantId: "acme", wabaId: account, phoneNumberId, accessToken, appId };
}

export function refusal(status: number, code: string) {
  return { status, body: { error: { code } } };
}
