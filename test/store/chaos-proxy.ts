import { createServer, connect as dial, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What becomes of what goes through. Connections that are there feel a change at once. */
export type Weather =
  | { readonly kind: "fine" }
  /** Nobody listens, and whoever was connected is cut off. */
  | { readonly kind: "down" }
  /** Connections are made, bytes vanish, nobody is told. */
  | { readonly kind: "black hole" }
  /** Each piece takes this long, either way. */
  | { readonly kind: "slow"; readonly delayMs: number }
  /** The request arrives in whole; once the server answers, everything is cut instead. */
  | { readonly kind: "answer lost" }
  /** The connection is cut after this many bytes of requests. */
  | { readonly kind: "cut"; readonly afterBytes: number };

/** Stands between a client and a service on this machine, and makes trouble. */
export interface ChaosProxy {
  /** The service's own URL, with the proxy in its place. */
  readonly url: string;
  /** Trouble that begins with the next bytes. */
  readonly become: (weather: Weather) => Promise<void>;
  /** Cuts every connection with a reset; new ones are welcome. */
  readonly reset: () => void;
  /** How many connections there are now. */
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

interface Stage {
  weather: Weather;
  readonly pairs: Set<Pair>;
  bytesOfRequests: number;
}

export async function chaosProxy(serviceUrl: string): Promise<ChaosProxy> {
  const target = new URL(serviceUrl);
  const stage: Stage = { weather: { kind: "fine" }, pairs: new Set(), bytesOfRequests: 0 };
  const listener = createServer({ noDelay: true, allowHalfOpen: true }, (client) =>
    join(stage, client, target),
  );
  await listenOn(listener, 0);
  const address = listener.address();
  if (typeof address !== "object" || !address) throw new Error("The proxy has no port.");
  const { port } = address;

  async function become(weather: Weather): Promise<void> {
    stage.weather = weather;
    stage.bytesOfRequests = 0;
    if (weather.kind === "down") {
      cutAll(stage);
      await closeListener(listener);
    } else if (!listener.listening) await listenOn(listener, port);
  }

  return {
    url: withPort(target, port),
    become,
    reset: () => cutAll(stage),
    connections: () => stage.pairs.size,
    close: () => become({ kind: "down" }),
  };
}

function join(stage: Stage, client: Socket, target: URL): void {
  const server = dial({
    port: Number(target.port),
    host: target.hostname,
    noDelay: true,
    allowHalfOpen: true,
  });
  const pair = { client, server };
  stage.pairs.add(pair);
  const end = () => {
    stage.pairs.delete(pair);
    client.destroy();
    server.destroy();
  };
  for (const socket of [client, server]) socket.on("error", end).on("close", end);
  const passEnd = (to: Socket) => () => {
    if (stage.weather.kind !== "black hole") to.end();
  };
  client.on("end", passEnd(server));
  server.on("end", passEnd(client));
  client.on("data", (bytes) => void request(stage, pair, bytes));
  server.on("data", (bytes) => void answer(stage, pair, bytes));
}

async function request(stage: Stage, { client, server }: Pair, bytes: Buffer): Promise<void> {
  const { weather } = stage;
  if (weather.kind === "black hole") return;
  if (weather.kind === "slow") await sleep(weather.delayMs);
  if (weather.kind === "cut") {
    const left = weather.afterBytes - stage.bytesOfRequests;
    stage.bytesOfRequests += bytes.length;
    if (bytes.length >= left) {
      server.write(bytes.subarray(0, Math.max(left, 0)), () => server.resetAndDestroy());
      client.resetAndDestroy();
      return;
    }
  }
  server.write(bytes);
}

async function answer(stage: Stage, { client, server }: Pair, bytes: Buffer): Promise<void> {
  const { weather } = stage;
  if (weather.kind === "black hole") return;
  if (weather.kind === "slow") await sleep(weather.delayMs);
  if (weather.kind === "answer lost") {
    client.resetAndDestroy();
    server.destroy();
    return;
  }
  client.write(bytes);
}

function cutAll({ pairs }: Stage): void {
  for (const { client, server } of pairs) {
    client.resetAndDestroy();
    server.destroy();
  }
}

async function listenOn(listener: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    listener.once("error", reject);
    listener.listen(port, "127.0.0.1", resolve);
  });
}

async function closeListener(listener: Server): Promise<void> {
  if (listener.listening) await new Promise((resolve) => listener.close(resolve));
}

function withPort(target: URL, port: number): string {
  const url = new URL(target);
  url.hostname = "127.0.0.1";
  url.port = String(port);
  return url.href;
}
