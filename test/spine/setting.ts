import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import KeyvSqlite from "@keyv/sqlite";
import { createHub, type Hub, type HubOptions } from "@wabakit/core";
import { mount as mountExpress } from "@wabakit/express";
import { mount as mountKoa } from "@wabakit/koa";
import { type FakeMeta, type FakeMetaOptions, fakeMeta, type Sink, sink } from "@wabakit/testing";
import express from "express";
import { Keyv } from "keyv";
import Koa from "koa";
import { expectDocumented } from "../api/documented.ts";

export const API_KEY = "a-bootstrap-key-of-at-least-32-characters";

/** How the hub is served. */
export type Host = "express" | "koa";

/** A product with a hub in it, Meta on one side and a customer's endpoint on the other. */
export interface Setting {
  readonly meta: FakeMeta;
  readonly sink: Sink;
  readonly hub: Hub;
  /** Where the product listens. */
  readonly url: string;
  /** Where Meta sends. */
  readonly callbackUrl: string;
  readonly call: (method: string, path: string, body?: unknown) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // What a test asks of an answer is what it asserts.
  readonly body: Record<string, never> & { [name: string]: unknown };
}

/** Starts everything on free ports, with state in a new SQLite file. */
export async function setting(
  host: Host = "express",
  options: Partial<HubOptions> = {},
  metaOptions: FakeMetaOptions = {},
) {
  const folder = await mkdtemp(join(tmpdir(), "wabakit-"));
  const meta = await fakeMeta(metaOptions);
  const customer = await sink();
  const keyv = new Keyv({
    store: new KeyvSqlite({ uri: `sqlite://${join(folder, "wabakit.db")}`, wal: true }),
  });
  const hub = createHub({ ...hubOptions(meta), store: keyv, ...options });
  await hub.start();
  const server = await listen(host, hub);
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    meta,
    sink: customer,
    hub,
    url,
    callbackUrl: `${url}/webhooks/meta`,
    call: caller(url),
    async close() {
      server.closeAllConnections();
      server.close();
      await hub.stop();
      await keyv.disconnect();
      await Promise.all([meta.close(), customer.close()]);
      await rm(folder, { recursive: true });
    },
  } satisfies Setting;
}

/** Options for a hub beside a fake Meta; the store is the test's. */
export function hubOptions(meta: FakeMeta): Omit<HubOptions, "store"> {
  const { appId, appSecret, verifyToken } = meta.app;
  return {
    secretKeys: [randomBytes(32)],
    publicUrl: "https://app.example.com",
    meta: { appId, appSecret, verifyToken, graphUrl: meta.url },
    apiKey: API_KEY,
    allowPrivateNetwork: true,
  };
}

async function listen(host: Host, hub: Hub): Promise<Server> {
  const server =
    host === "express"
      ? createServer(express().use(mountExpress(hub)))
      : createServer(new Koa().use(mountKoa(hub)).callback());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** Every answer is held against the document of the API. */
function caller(url: string) {
  return async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Answer["body"];
    const seen = { status: response.status, headers: response.headers, body: answer };
    expectDocumented(method, path, seen);
    return seen;
  };
}
