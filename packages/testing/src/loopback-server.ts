import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server of this process that only this machine can reach. */
export interface LoopbackServer {
  /** Without a trailing slash, e.g. `http://127.0.0.1:49152`. */
  readonly url: string;
  /** Cuts every connection, also those that still wait for an answer. */
  readonly close: () => Promise<void>;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Longer than any test pauses between two requests, so that no kept-alive socket closes under one. */
const KEEP_ALIVE_MS = 60_000;

/** Listens on `port`, or on a free one, and answers with `answer`; a rejection becomes a 500. */
export async function loopbackServer(answer: Answer, port = 0): Promise<LoopbackServer> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    answer(request, response).catch((error: unknown) => explain(response, error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  // A TCP server that listens has this shape of address.
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function explain(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(500, { "content-type": "text/plain" }).end(`The fake is broken: ${error}`);
}
