import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { mount } from "@wabakit/koa";
import type { AdapterUnderTest } from "@wabakit/testing/contracts";
import Koa, { type Middleware } from "koa";

/** A Koa app as `adapterContract` wants it, with `before` in front of the hub. */
export function koaHost(...before: Middleware[]): AdapterUnderTest["serve"] {
  return (hub, options) => {
    const app = new Koa();
    app.silent = true;
    app.use(explain);
    for (const middleware of before) app.use(middleware);
    app.use(mount(hub, options));
    app.use(answer);
    return createServer(app.callback());
  };
}

const explain: Middleware = async (ctx, next) => {
  try {
    await next();
  } catch (error) {
    ctx.status = 500;
    ctx.body = `host caught ${error instanceof Error ? error.message : error}`;
  }
};

const answer: Middleware = async (ctx) => {
  ctx.body = `host got ${ctx.req.readable ? await text(ctx.req) : "nothing"}`;
};
