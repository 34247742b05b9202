/**
 * A product with a hub in it that is going to be killed. It connects its numbers and adds its endpoints
 * unless an earlier life has done so, and writes `starting` and `ready` to its standard output. On its
 * standard input it hears how its store is. SIGTERM ends it as its operator would; everything it logs
 * goes to its standard error.
 */
import { openSync, writeSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createInterface } from "node:readline";
import {
  type AnyEvent,
  createHub,
  type Hub,
  keyvStore,
  type Logger,
  parseSecretKeys,
  type Store,
  silentLogger,
} from "@wabakit/core";
import { mount } from "@wabakit/express";
import { faultyStore } from "@wabakit/testing";
import express from "express";
import { openPlace } from "../place.ts";
import { countdown, die, doomedStore } from "./doomed-store.ts";
import { entryName } from "./entry-name.ts";
import type { Failpoint } from "./failpoint.ts";
import { CONFIG_VARIABLE, type ServerConfig, type StoreWord } from "./server-config.ts";

/** The first retries come soon, and there are more of them than a customer's troubles last. */
const SCHEDULE_MS = [0, 50, 100, 200, 400, 800, ...Array.from({ length: 24 }, () => 1_600)];
/** How often a closing server looks for connections that are idle. */
const CLOSING_MS = 5;

// The parent wrote it from a value of this type.
const config = JSON.parse(process.env[CONFIG_VARIABLE] ?? "") as ServerConfig;
const { place, death } = config;
const keyv = openPlace(place);
let storeWord: StoreWord = "fine";
const hub = openHub(config);
const server = createServer(listener());

listenToTheTest();
tell("starting");
await hub.start();
await settleIn(hub, config);
await new Promise<void>((resolve) => server.listen(config.port, "127.0.0.1", resolve));
process.once("SIGTERM", stop);
tell("ready");

function openHub({ secretKey, meta, heardFile, roles }: ServerConfig): Hub {
  const opened = createHub({
    store: openStore(),
    roles,
    nodes: place.startsWith("sqlite:") ? "one" : undefined,
    secretKeys: parseSecretKeys(secretKey),
    publicUrl: "https://app.example.com",
    meta,
    allowPrivateNetwork: true,
    durable: false, // the Redis of a test may keep nothing on a disk
    deliveryScheduleMs: SCHEDULE_MS,
    logger: tellingLogger(),
  });
  const heard = openSync(heardFile, "a");
  const pass = dyingAt("event heard");
  opened.on("*", (event) => {
    if (isNotice(event)) return;
    writeSync(heard, `${entryName(event)}\n`);
    pass();
  });
  return opened;
}

/** That an endpoint fails is news of the ledger's own making. */
function isNotice({ type }: AnyEvent): boolean {
  return type.startsWith("endpoint.") || type.startsWith("delivery.");
}

function openStore(): Store {
  const sound = keyvStore(keyv);
  const fickle = faultyStore(
    sound,
    { at: () => storeWord === "fails", mode: "before" },
    { at: ({ name }) => storeWord === "answer lost" && name === "commit", mode: "after" },
    { at: () => storeWord === "answer lost", mode: "before" },
  );
  return death ? doomedStore(fickle, death) : fickle;
}

function listener(): RequestListener {
  const app = express().use(mount(hub));
  const pass = dyingAt("Meta answered");
  return (req, res) => {
    res.once("finish", () => res.statusCode === 200 && pass());
    app(req, res);
  };
}

/** What to call whenever that place is passed. */
function dyingAt(place: Failpoint): () => void {
  if (death?.at !== place) return () => {};
  const isNow = countdown(death);
  return () => {
    if (isNow()) die();
  };
}

async function settleIn(
  { connections, webhookEndpoints }: Hub,
  { numbers, endpoints }: ServerConfig,
): Promise<void> {
  const connected = (await connections.list()).data.map(({ phoneNumberId }) => phoneNumberId);
  for (const number of numbers) {
    if (!connected.includes(number.phoneNumberId)) await connections.connect(number);
  }
  const added = (await webhookEndpoints.list()).data.map(({ url }) => url);
  for (const endpoint of endpoints) {
    if (!added.includes(endpoint.url)) await webhookEndpoints.create(endpoint);
  }
}

async function stop(): Promise<void> {
  await closeServer();
  await hub.stop();
  await keyv.disconnect();
}

/** Whoever keeps a connection alive and busy would keep the server open as well. */
async function closeServer(): Promise<void> {
  const closing = setInterval(() => server.closeIdleConnections(), CLOSING_MS);
  await new Promise((resolve) => server.close(resolve));
  clearInterval(closing);
}

/** Once it is gone, nobody would be left to kill this process. */
function listenToTheTest(): void {
  process.stdin.on("end", () => process.exit(1));
  createInterface({ input: process.stdin }).on("line", (word) => {
    // Only the test writes here.
    storeWord = word as StoreWord;
  });
  process.stdin.unref();
}

function tell(word: string): void {
  writeSync(process.stdout.fd, `${word}\n`);
}

function tellingLogger(): Logger {
  const write: Logger["warn"] = (fields, message) => {
    console.error(message, fields);
  };
  return { ...silentLogger, warn: write, error: write };
}
