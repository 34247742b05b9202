import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";
import { onTestFinished } from "vitest";

/** Listens on a free port until the test is over, and calls the port's number what it wants. */
export async function listen(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A TCP server that listens has this shape of address.
  return (server.address() as AddressInfo).port;
}

/** Somebody's own web site, which is not the hub's. */
export interface Site {
  /** Its origin. */
  readonly url: string;
  /** Puts a document there, by its path. */
  readonly put: (path: string, text: string) => void;
  /** Whom it was visited by, in order: path and query, and where they say they come from. */
  readonly visits: readonly Visit[];
}

export interface Visit {
  readonly url: string;
  readonly referer: string | undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
};

/** Starts a site; what nobody has put there is a page all the same. */
export async function site(): Promise<Site> {
  const documents = new Map<string, string>();
  const visits: Visit[] = [];
  const port = await listen(({ url = "/", headers: { referer } }, response) => {
    if (url === "/favicon.ico") return void response.writeHead(404).end();
    visits.push({ url, referer });
    const [path = "/"] = url.split("?");
    const type = TYPES[extname(path)] ?? "text/html";
    response.setHeader("content-type", `${type}; charset=utf-8`);
    response.end(documents.get(path) ?? "<!DOCTYPE html><h1>Somewhere else</h1>");
  });
  return {
    url: `http://127.0.0.1:${port}`,
    put: (path, text) => void documents.set(path, text),
    visits,
  };
}
