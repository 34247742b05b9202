import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type AnyEvent,
  createHub,
  type Hub,
  type HubOptions,
  type MetaOptions,
  type Queue,
  type Store,
} from "@wabakit/core";
import { mount as mountExpress } from "@wabakit/express";
import { mount as mountKoa } from "@wabakit/koa";
import { type FakeClock, type FakeMeta, fakeMeta } from "@wabakit/testing";
import express from "express";
import Koa from "koa";
import { expect, onTestFinished } from "vitest";
import { API_KEY, type Host, hubOptions } from "../spine/setting.ts";
import { type Database, database } from "./database.ts";

/** What a product answers to requests that are not the hub's. */
export const NOT_OURS = 418;
/** How long a test waits for what has to come. */
export const PATIENCE_MS = 15_000;
/** A step of a fake clock: longer than the first pause after a job that failed. */
const STEP_MS = 1_000;

/** What a test may arrange; the rest is usual. */
export interface Arrangement {
  readonly meta?: FakeMeta;
  readonly database?: Database;
  /** Puts something between the hub and its store. */
  readonly between?: (store: Store) => Store;
  /** The Meta apps of the hub; the fake Meta's first one when left out. */
  readonly apps?: (meta: FakeMeta) => readonly AppOfHub[];
  readonly queue?: (store: Store) => Queue;
  readonly roles?: HubOptions["roles"];
  readonly clock?: FakeClock;
  readonly listener?: (hub: Hub) => RequestListener;
}

type AppOfHub = Pick<MetaOptions, "appId" | "appSecret" | "verifyToken">;

/** A hub in a product, and a Meta that sends to it. */
export interface Receiver {
  readonly meta: FakeMeta;
  readonly hub: Hub;
  /** Where the product listens. */
  readonly url: string;
  /** Where the first app's webhooks go. */
  readonly callbackUrl: string;
  /** Everything the listeners were told, again and again if they were. */
  readonly heard: readonly AnyEvent[];
  /** What the worker has seen, as `GET /health` tells it. */
  readonly counts: () => Promise<unknown>;
  /** The keys of the records that exist. */
  readonly records: (like: RegExp) => Promise<readonly string[]>;
  /** Resolves when no notification waits and no event is left to be heard. */
  readonly quiet: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts a hub on a free port, with state in SQLite, and ends it with the test. */
export async function receiver(arranged: Arrangement = {}): Promise<Receiver> {
  const { between = (store) => store, listener = servedBy("express") } = arranged;
  const meta = arranged.meta ?? (await startMeta());
  const file = arranged.database ?? (await database());
  const plain = file.open();
  const hub = createHub(optionsFor(meta, between(plain), arranged));
  const heard: AnyEvent[] = [];
  hub.on("*", (event) => void heard.push(event));
  await hub.start();
  const url = await serve(listener(hub));
  const stop = atMostOnce(() => hub.stop());
  onTestFinished(stop);
  const records = (like: RegExp) => existing(file, plain, like);
  return {
    meta,
    hub,
    url,
    callbackUrl: `${url}/webhooks/meta`,
    heard,
    counts: () => countsAt(url),
    records,
    quiet: () => quiet(records, arranged.clock),
    stop,
  };
}

function optionsFor(
  meta: FakeMeta,
  store: Store,
  { apps = ({ app }) => [app], queue, roles, clock }: Arrangement,
): HubOptions {
  const own = ({ appId, appSecret, verifyToken }: AppOfHub) => {
    return { appId, appSecret, verifyToken, graphUrl: meta.url };
  };
  const secretKeys = [Buffer.alloc(32, 7)];
  return {
    ...hubOptions(meta),
    secretKeys,
    store,
    meta: apps(meta).map(own),
    queue: queue?.(store),
    roles,
    clock,
  };
}

/** The usual ways to serve a hub, and what becomes of other requests. */
export function servedBy(host: Host): (hub: Hub) => RequestListener {
  if (host === "express") {
    return (hub) =>
      express()
        .use(mountExpress(hub))
        .use((_, res) => void res.sendStatus(NOT_OURS));
  }
  return (hub) => {
    const app = new Koa().use(mountKoa(hub)).use((ctx) => {
      ctx.status = NOT_OURS;
    });
    app.silent = true; // about clients that hang up
    return app.callback();
  };
}

/** A Meta that ends with the test. */
export async function startMeta(): Promise<FakeMeta> {
  const meta = await fakeMeta();
  onTestFinished(meta.close);
  return meta;
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A TCP server that listens has this shape of address.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function atMostOnce<Result>(work: () => Result): () => Result {
  let result: Result | undefined;
  return () => {
    result ??= work();
    return result;
  };
}

async function countsAt(url: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${API_KEY}` };
  const response = await fetch(`${url}/api/v1/health`, { headers });
  const { worker } = (await response.json()) as { readonly worker: unknown };
  return worker;
}

async function existing(file: Database, store: Store, like: RegExp): Promise<readonly string[]> {
  const keys = (await file.keys()).filter((key) => like.test(key));
  const records = await store.getMany(keys);
  return keys.filter((_, index) => records[index] !== undefined);
}

/** Pages of the two logs that hold what is left to do. */
const LEFT_TO_DO = /^log:(?:notifications|outbox):\w+:\d+$/;

async function quiet(records: Receiver["records"], clock: FakeClock | undefined): Promise<void> {
  const left = async () => {
    await clock?.advance(STEP_MS);
    // Twice, because what was the one kind of page may have become the other meanwhile.
    return [...(await records(LEFT_TO_DO)), ...(await records(LEFT_TO_DO))];
  };
  await expect.poll(left, { timeout: PATIENCE_MS, interval: 10 }).toEqual([]);
}
