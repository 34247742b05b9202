import { buffer } from "node:stream/consumers";
import bodyParser from "@koa/bodyparser";
import { keepRawBody } from "@wabakit/express";
import { type AdapterUnderTest, adapterContract } from "@wabakit/testing/contracts";
import express5, { type RequestHandler } from "express";
import express4 from "express4";
import type { Middleware } from "koa";
import { koaBody } from "koa-body";
import { expressHost } from "./adapters/express-host.ts";
import { fetchHost } from "./adapters/fetch-host.ts";
import { koaHost } from "./adapters/koa-host.ts";

type Mounts = readonly [name: string, body: AdapterUnderTest["body"], before: RequestHandler[]][];

/** Reads a body to its end and keeps none of it, as an upload filter might. */
const swallow: RequestHandler = (req, _res, next) => void req.resume().once("end", () => next());

function expressMounts(express: typeof express5): Mounts {
  const everything = { type: () => true, limit: "4mb" };
  return [
    ["bare", "untouched", []],
    ["behind json()", "parsed", [express.json()]],
    ["behind json({ verify })", "kept", [express.json({ limit: "4mb", verify: keepRawBody })]],
    ["behind raw()", "untouched", [express.raw()]],
    ["behind raw() for everything", "kept", [express.raw(everything)]],
    ["behind text()", "untouched", [express.text()]],
    ["behind text() for everything", "parsed", [express.text(everything)]],
    ["behind urlencoded()", "untouched", [express.urlencoded({ extended: true })]],
    [
      "behind json() and urlencoded()",
      "parsed",
      [express.json(), express.urlencoded({ extended: false })],
    ],
    ["behind a reader that keeps nothing", "gone", [swallow]],
  ];
}

for (const [version, express] of [
  ["Express 5", express5],
  ["Express 4", express4],
] as const) {
  for (const [name, body, before] of expressMounts(express)) {
    const serve = expressHost(express, ...before);
    adapterContract({ name: `${version} ${name}`, body, endsConnections: true, serve });
  }
}

const koaMounts: readonly [name: string, body: AdapterUnderTest["body"], before: Middleware[]][] = [
  ["bare", "untouched", []],
  ["behind bodyParser()", "parsed", [bodyParser()]],
  ["behind bodyParser() for text", "parsed", [bodyParser({ enableTypes: ["json", "text"] })]],
  ["behind bodyParser() on Node's request", "parsed", [bodyParser({ patchNode: true })]],
  ["behind koaBody()", "parsed", [koaBody()]],
  ["behind koaBody({ includeUnparsed })", "parsed", [koaBody({ includeUnparsed: true })]],
  ["behind koaBody() on Node's request", "parsed", [koaBody({ patchKoa: false, patchNode: true })]],
  ["behind koaBody() for uploads", "parsed", [koaBody({ multipart: true })]],
  ["behind a platform that keeps the bytes on Node's request", "kept", [keepOnNodeRequest]],
];

/** As cloud functions do before an app sees the request. */
async function keepOnNodeRequest(
  { req }: Parameters<Middleware>[0],
  next: () => Promise<unknown>,
): Promise<void> {
  const bytes = await buffer(req);
  Object.assign(req, { rawBody: bytes });
  await next();
}

for (const [name, body, before] of koaMounts) {
  const serve = koaHost(...before);
  adapterContract({ name: `Koa ${name}`, body, endsConnections: true, serve });
}

adapterContract({
  name: "hub.fetch behind node:http",
  body: "untouched",
  endsConnections: false,
  serve: fetchHost,
});
