import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type BodyOptions, fetchHandler } from "@wabakit/core";
import type { AdapterUnderTest } from "@wabakit/testing/contracts";

/** A web-standard host in front of node:http, as `adapterContract` wants it. */
export const fetchHost: AdapterUnderTest["serve"] = ({ handle }, options: BodyOptions) => {
  const answer = fetchHandler(handle, options);
  return createServer(async (req, res) => {
    const request = toRequest(req, res);
    try {
      await write(res, (await answer(request)) ?? (await declined(request)));
    } catch (error) {
      if (res.headersSent) return void res.destroy();
      res.writeHead(500).end(`host caught ${error instanceof Error ? error.message : error}`);
    }
  });
};

async function declined(request: Request): Promise<Response> {
  return new Response(`host got ${await request.text()}`);
}

function toRequest(req: IncomingMessage, res: ServerResponse): Request {
  const { method = "GET", url = "/" } = req;
  const gone = new AbortController();
  res.once("close", () => void (res.writableEnded || gone.abort()));
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(new URL(url, "http://probe"), {
    method,
    headers: Object.entries(req.headersDistinct).flatMap(([name, values = []]) =>
      values.map((value): [string, string] => [name, value]),
    ),
    signal: gone.signal,
    ...(hasBody && { body: Readable.toWeb(req), duplex: "half" as const }),
  });
}

async function write(res: ServerResponse, { status, headers, body }: Response): Promise<void> {
  res.writeHead(status, Object.fromEntries(headers));
  res.flushHeaders();
  if (!body) return void res.end();
  // A client that leaves is not an error.
  await pipeline(Readable.fromWeb(body), res).catch(() => res.destroy());
}
