/**
 * A product with a hub in it that is going to be killed. It connects a number and adds an endpoint
 * unless an earlier life has done so, and writes `starting` and `ready` to its standard output.
 * SIGTERM ends it as its operator would; everything it logs goes to its standard error.
 */
import { openSync, writeSync } from "node:fs";
import { createServer } from "node:http";
import {
  createHub,
  type Hub,
  keyvStore,
  type Logger,
  parseSecretKeys,
  silentLogger,
} from "@wabakit/core";
import { mount } from "@wabakit/express";
import express from "express";
import { openPlace } from "../place.ts";
import { dyingStore } from "./dying-store.ts";
import { entryName } from "./entry-name.ts";
import { CONFIG_VARIABLE, type ServerConfig } from "./server-config.ts";

/** The first retries come soon, and there are more of them than a sink refuses in a row. */
const SCHEDULE_MS = [0, 50, 100, 200, 400, 800, 1_600, 1_600, 1_600, 1_600, 1_600, 1_600];
/** How often a closing server looks for connections that are idle. */
const CLOSING_MS = 5;

// The parent wrote it from a value of this type.
const config = JSON.parse(process.env[CONFIG_VARIABLE] ?? "") as ServerConfig;
const { place, death } = config;
const keyv = openPlace(place);
const hub = openHub(config);
const server = createServer(express().use(mount(hub)));

endWithTheTest();
tell("starting");
await hub.start();
await settleIn(hub, config);
await new Promise<void>((resolve) => server.listen(config.port, "127.0.0.1", resolve));
process.once("SIGTERM", stop);
tell("ready");

function openHub({ secretKey, meta, heardFile }: ServerConfig): Hub {
  const opened = createHub({
    store: death ? dyingStore(keyvStore(keyv), death) : keyv,
    secretKeys: parseSecretKeys(secretKey),
    publicUrl: "https://app.example.com",
    meta,
    allowPrivateNetwork: true,
    durable: false, // the Redis of a test may keep nothing on a disk
    deliveryScheduleMs: SCHEDULE_MS,
    logger: tellingLogger(),
  });
  const heard = openSync(heardFile, "a");
  opened.on("*", (event) => void writeSync(heard, `${entryName(event)}\n`));
  return opened;
}

async function settleIn(
  { connections, webhookEndpoints }: Hub,
  { number, endpoint }: ServerConfig,
): Promise<void> {
  const connected = await connections.list();
  if (connected.data.length === 0) await connections.connect({ tenantId: "acme", ...number });
  const endpoints = await webhookEndpoints.list();
  if (endpoints.data.length === 0) await webhookEndpoints.create(endpoint);
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

/** Nobody would be left to kill it. */
function endWithTheTest(): void {
  process.stdin.on("end", () => process.exit(1));
  process.stdin.resume().unref();
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
