import { createServer, type Server, type ServerResponse } from "node:http";
import { fromNode, type Hub, toNode } from "@wabakit/core";
import { mount as mountExpress } from "@wabakit/express";
import { mount as mountKoa } from "@wabakit/koa";
import express from "express";
import Koa from "koa";
import { acceptOnly } from "./floor.ts";

const PATH = "/webhooks/meta";

/** One way to serve a receiver: with a hub, and with nothing but the check of the signature. */
interface Serving {
  readonly hub: (hub: Hub) => Server;
  readonly floor: (secret: string) => Server;
}

export type Host = "node:http" | "Express 5" | "Koa 3";

export const HOSTS: Readonly<Record<Host, Serving>> = {
  "node:http": {
    hub: (hub) =>
      createServer(async (req, res) => {
        const response = await hub.handle(fromNode({ req, res, url: req.url ?? "/" }));
        if (response) await toNode(res, response);
        else answer(res, 404);
      }),
    floor: (secret) =>
      createServer(async (req, res) => {
        const isOurs = req.method === "POST" && req.url === PATH;
        answer(res, isOurs ? await acceptOnly(req, secret) : 404);
      }),
  },
  "Express 5": {
    hub: (hub) => createServer(express().use(mountExpress(hub))),
    floor(secret) {
      const app = express();
      // Not `res.send`, which would hash the answer for an ETag that the hub does not have either.
      app.post(PATH, async (req, res) => answer(res, await acceptOnly(req, secret)));
      return createServer(app);
    },
  },
  "Koa 3": {
    hub: (hub) => createServer(new Koa().use(mountKoa(hub)).callback()),
    floor(secret) {
      const app = new Koa();
      app.use(async (ctx, next) => {
        if (ctx.method !== "POST" || ctx.path !== PATH) return next();
        ctx.status = await acceptOnly(ctx.req, secret);
        ctx.body = "ok";
      });
      return createServer(app.callback());
    },
  },
};

function answer(res: ServerResponse, status: number): void {
  const headers = { "content-type": "text/plain; charset=utf-8", "content-length": 2 };
  res.writeHead(status, headers).end("ok");
}
