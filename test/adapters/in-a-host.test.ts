import { once } from "node:events";
import { createServer } from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import { type AddressInfo, connect, type Server } from "node:net";
import { buffer } from "node:stream/consumers";
import { Failure, failureResponse, type Handler, json, readJson, text } from "@wabakit/core";
import { mount as mountExpress } from "@wabakit/express";
import { mount as mountKoa } from "@wabakit/koa";
import express, { type ErrorRequestHandler } from "express";
import Koa from "koa";
import supertest from "supertest";
import { expect, onTestFinished, test } from "vitest";

const PATIENCE_MS = 10_000;

const routes: Readonly<Record<string, Handler>> = {
  "/text": async () => text(200, "grüße"),
  "/echo": async (request) => json(201, readJson(await request.readBody(4_000_000))),
  "/broken": async () => ({ status: 200, headers: {}, body: broken() }),
  "/idle": async ({ signal }) => ({ status: 200, headers: {}, body: idle(signal) }),
};

const hub: { readonly handle: Handler } = {
  handle: async (request) => {
    try {
      return await routes[request.path]?.(request);
    } catch (error) {
      if (error instanceof Failure) return failureResponse(error, "req_1");
      throw error;
    }
  },
};

async function* broken() {
  yield Buffer.from("first");
  throw new Error("kaput");
}

/** Live updates of a quiet day. */
async function* idle(signal: AbortSignal) {
  yield Buffer.from("first");
  await once(signal, "abort");
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  // A TCP server that listens has this shape of address.
  return (server.address() as AddressInfo).port;
}

/** Sends a GET on a connection of its own, and leaves once the first bytes have come. */
async function leaveEarly(port: number, path: string): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  socket.write(`GET ${path} HTTP/1.1\r\nhost: probe\r\n\r\n`);
  await once(socket, "data");
  socket.destroy();
}

test("Express serves a hub below a path", async () => {
  const app = express().use("/whatsapp", mountExpress(hub));
  await supertest(app).get("/whatsapp/text?a").expect(200, "grüße");
  await supertest(app).get("/text").expect(404);
  await supertest(app).get("/whatsapp/elsewhere").expect(404);
});

test("Koa serves a hub below a path", async () => {
  const app = new Koa();
  const below = mountKoa(hub);
  // What koa-mount does.
  app.use((ctx, next) => {
    if (!ctx.path.startsWith("/whatsapp/")) return next();
    ctx.path = ctx.path.slice("/whatsapp".length);
    return below(ctx, next);
  });
  await supertest(app.callback()).get("/whatsapp/text?a").expect(200, "grüße");
  await supertest(app.callback()).get("/text").expect(404);
});

test("Koa middleware around a hub sees the answer and can still add to it", async () => {
  const app = new Koa();
  const seen: unknown[] = [];
  app.use(async (ctx, next) => {
    await next();
    seen.push(ctx.status, ctx.length);
    ctx.set("x-response-time", "1ms");
  });
  app.use(mountKoa(hub));
  await supertest(app.callback())
    .get("/text")
    .expect(200, "grüße")
    .expect("x-response-time", "1ms");
  expect(seen).toEqual([200, 7]);
});

test("a stream that breaks is reported to an Express app once, a client that leaves is not", async () => {
  const errors: string[] = [];
  const app = express().use(mountExpress(hub));
  const report: ErrorRequestHandler = (error, _req, _res, next) => {
    errors.push(error.message);
    next(error);
  };
  app.use(report);
  app.set("env", "test");
  const port = await listen(createServer(app));
  await leaveEarly(port, "/idle");
  await leaveEarly(port, "/broken");
  await expect.poll(() => errors, { timeout: PATIENCE_MS }).toEqual(["kaput"]);
});

test("a stream that breaks is reported to a Koa app once, a client that leaves is not", async () => {
  const errors: string[] = [];
  const app = new Koa().on("error", (error: Error) => errors.push(error.message));
  app.use(mountKoa(hub));
  const port = await listen(createServer(app.callback()));
  await leaveEarly(port, "/idle");
  await leaveEarly(port, "/broken");
  await expect.poll(() => errors, { timeout: PATIENCE_MS }).toEqual(["kaput"]);
});

test("Koa serves a hub over HTTP/2", async () => {
  const app = new Koa();
  app.use(mountKoa(hub));
  const session = connectHttp2(
    `http://127.0.0.1:${await listen(createHttp2Server(app.callback()))}`,
  );
  onTestFinished(() => session.destroy());
  const got = await buffer(session.request({ ":path": "/text" }).end());
  const posting = session.request({ ":path": "/echo", ":method": "POST" }).end('{"a":1}');
  expect([String(got), String(await buffer(posting))]).toEqual(["grüße", '{"a":1}']);
});

test("a thousand bodies that never end are all cut off, and others are served meanwhile", async () => {
  const app = express().use(mountExpress(hub, { bodyTimeoutMs: 1_000 }));
  const port = await listen(createServer(app));
  const begun = "POST /echo HTTP/1.1\r\nhost: probe\r\ncontent-length: 3000000\r\n\r\n{";
  const before = process.memoryUsage().rss;
  const slow = Array.from({ length: 1_000 }, () => hold(port, begun));
  await supertest(`http://127.0.0.1:${port}`).get("/text").expect(200, "grüße");
  const answers = await Promise.all(slow);
  expect(answers.filter((answer) => answer.startsWith("HTTP/1.1 408"))).toHaveLength(1_000);
  // Both ends of every connection live in this process.
  expect(process.memoryUsage().rss - before).toBeLessThan(128 * 1024 * 1024);
});

/** Sends `begun` and resolves with all that came back once the server has ended the connection. */
function hold(port: number, begun: string): Promise<string> {
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk;
  });
  socket.write(begun);
  return new Promise((resolve) => socket.once("close", () => resolve(received)));
}
