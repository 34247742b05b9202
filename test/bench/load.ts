import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { signLikeMeta } from "@wabakit/testing";
import { obey } from "./commands.ts";
import type { FakeNumber } from "./fake-number.ts";
import { percentile } from "./figures.ts";
import { notification } from "./notification.ts";
import { CONNECTIONS } from "./plan.ts";

/** Sends messages `first`, `first + 1` … to a receiver, until they or the time have run out. */
export interface Load {
  readonly port: number;
  readonly first: number;
  readonly count: number;
  readonly durationMs: number;
}

/** What the receiver answered. Instants are milliseconds since the epoch. */
export interface Loaded {
  readonly ok: number;
  readonly refused: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** A run under way. */
interface Run {
  readonly take: () => Buffer | undefined;
  readonly record: (status: number, latencyMs: number) => void;
}

const commands = { use, prepare, send };
export type LoadCommands = typeof commands;
obey(commands);

const prepared: Buffer[] = [];
let sender: FakeNumber | undefined;

function use(number: FakeNumber): void {
  sender = number;
}

/** Signs messages up to, not including, ordinal `end`, so that sending costs nothing but sending. */
function prepare(end: number): void {
  if (!sender) throw new Error("Nobody to send for.");
  while (prepared.length < end) prepared.push(toRequest(sender, prepared.length));
}

function toRequest({ template, appSecret }: FakeNumber, ordinal: number): Buffer {
  const body = notification(template, ordinal);
  const headers = {
    host: "127.0.0.1",
    accept: "*/*",
    "content-type": "application/json",
    "user-agent": "facebookexternalua",
    "content-length": body.length,
    ...signLikeMeta(body, appSecret),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST /webhooks/meta HTTP/1.1\r\n${lines.join("")}\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

async function send({ port, first, count, durationMs }: Load): Promise<Loaded> {
  prepare(first + count);
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => open(port)));
  const latencies: number[] = [];
  const startedAt = Date.now();
  let next = first;
  let ok = 0;
  const run: Run = {
    take: () =>
      next < first + count && Date.now() < startedAt + durationMs ? prepared[next++] : undefined,
    record(status, latencyMs) {
      latencies.push(latencyMs);
      if (status === 200) ok += 1;
    },
  };
  await Promise.all(sockets.map((socket) => converse(socket, run)));
  const endedAt = Date.now();
  const sorted = Float64Array.from(latencies).sort();
  const [p50Ms, p99Ms] = [percentile(sorted, 50), percentile(sorted, 99)];
  return { ok, refused: latencies.length - ok, startedAt, endedAt, p50Ms, p99Ms };
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  return socket;
}

/** One request after the other on one connection. */
function converse(socket: Socket, run: Run): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = "";
    let sentAt = 0;
    const ask = () => {
      const request = run.take();
      if (!request) {
        resolve();
        return void socket.destroy();
      }
      sentAt = performance.now();
      socket.write(request);
    };
    socket.on("data", (chunk) => {
      seen += chunk.toString("latin1");
      const status = statusOf(seen);
      if (status === undefined) return;
      seen = "";
      run.record(status, performance.now() - sentAt);
      ask();
    });
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("The receiver hung up.")));
    ask();
  });
}

/** @returns `undefined` until the answer is complete. */
function statusOf(seen: string): number | undefined {
  const end = seen.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const length = /\r\ncontent-length: (\d+)/i.exec(seen)?.[1];
  if (length === undefined) throw new Error(`No length in the answer:\n${seen}`);
  return seen.length < end + 4 + Number(length) ? undefined : Number(seen.slice(9, 12));
}
