import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { request } from "undici";

/** How a call of the Graph API goes wrong. */
export type GraphFault =
  /** Meta answers that it cannot now; nothing is done. */
  | "refuses"
  /** The connection breaks before Meta has heard anything. */
  | "reset"
  /** Meta does it, and the answer is lost. */
  | "answer lost"
  /** Meta does it, and never answers. */
  | "hangs"
  /** The process ends with this call, which Meta has got; neither store nor Meta hear of it again. */
  | "killed";

/** What stands between a hub and Meta, and spoils one call of the Graph API. */
export interface GraphGate {
  readonly url: string;
  /** Calls since the gate was armed. */
  readonly calls: () => number;
  /** Spoils the `n`th call from now, counted from 1; 0 counts only. */
  readonly arm: (n: number, fault?: GraphFault) => void;
  /** Calls that get no answer, for as long as the caller waits. */
  readonly withheld: () => number;
  /** Lets nothing through any more. */
  readonly cut: () => void;
  readonly close: () => Promise<void>;
}

/** Opens a gate before `target`. `onKill` is told when a call ends the process. */
export async function graphGate(target: string, onKill: () => void): Promise<GraphGate> {
  let count = 0;
  let withheld = 0;
  let armed: { readonly n: number; readonly fault: GraphFault | undefined } | undefined;
  let isCut = false;

  const server = createServer((incoming, response) => {
    count += 1;
    const fault = armed?.n === count ? armed.fault : undefined;
    handle(incoming, response, fault).catch(() => response.destroy());
  });

  async function handle(incoming: IncomingMessage, response: ServerResponse, fault?: GraphFault) {
    const body = await buffer(incoming);
    if (isCut || fault === "reset") return void response.socket?.resetAndDestroy();
    if (fault === "refuses") return refuse(response);
    if (fault === "killed") {
      isCut = true;
      onKill();
    }
    const { method = "GET", url = "/", headers } = incoming;
    const { host: _, connection: __, "content-length": ___, ...passed } = headers;
    const answer = await request(`${target}${url}`, {
      method: method as "GET",
      headers: passed,
      ...(body.length > 0 && { body }),
    });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    if (fault === "hangs") return withhold(response);
    if (fault) return void response.socket?.resetAndDestroy();
    const { "transfer-encoding": ____, ...answered } = answer.headers;
    response.writeHead(answer.statusCode, answered).end(bytes);
  }

  function withhold(response: ServerResponse): void {
    withheld += 1;
    response.once("close", () => {
      withheld -= 1;
    });
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls: () => count,
    withheld: () => withheld,
    arm(n, fault) {
      count = 0;
      armed = { n, fault };
    },
    cut() {
      isCut = true;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refuse(response: ServerResponse): void {
  const error = { message: "Service temporarily unavailable", type: "OAuthException", code: 2 };
  response.writeHead(503, { "content-type": "application/json" }).end(JSON.stringify({ error }));
}
