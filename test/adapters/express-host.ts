import { createServer } from "node:http";
import { mount } from "@wabakit/express";
import type { AdapterUnderTest } from "@wabakit/testing/contracts";
import type express from "express";
import type { ErrorRequestHandler, RequestHandler } from "express";

/** An Express app as `adapterContract` wants it, with `before` in front of the hub. */
export function expressHost(
  framework: typeof express,
  ...before: RequestHandler[]
): AdapterUnderTest["serve"] {
  return (hub, options) => {
    const app = framework();
    for (const handler of before) app.use(handler);
    app.use(mount(hub, options));
    app.use(framework.text({ type: (req) => req.readable }), answer);
    app.use(explain);
    return createServer(app);
  };
}

const answer: RequestHandler = (req, res) => {
  const { body } = req;
  res.send(`host got ${typeof body === "string" ? body : JSON.stringify(body)}`);
};

const explain: ErrorRequestHandler = (error, _req, res, next) => {
  if (res.headersSent) return next(error);
  res.status(error.status ?? 500).send(`host caught ${error.message}`);
};
