import type { Server } from "node:http";

/** Longer than any answer of the hub takes, and short enough for those who wait for the end. */
const PATIENCE_MS = 5_000;

/** How often to look for connections that have become idle: who keeps one alive keeps the server. */
const LOOK_MS = 10;

/** Takes no more connections, and lets the requests under way end; cuts them off after 5 seconds. */
export async function closeServer(server: Server): Promise<void> {
  const cutOff = setTimeout(() => server.closeAllConnections(), PATIENCE_MS);
  const look = setInterval(() => server.closeIdleConnections(), LOOK_MS);
  await new Promise((resolve) => server.close(resolve));
  clearInterval(look);
  clearTimeout(cutOff);
}
