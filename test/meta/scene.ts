import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Clock, systemClock } from "@wabakit/core";
import { type FakeMetaOptions, fakeMeta } from "@wabakit/testing";
import { onTestFinished } from "vitest";
import { createGraphClient } from "../../packages/core/src/meta/client.ts";
import { createGraph } from "../../packages/core/src/meta/graph.ts";

const TIMEOUT_MS = 10_000;

/** The pauses between tries are of no interest here; deadlines stay. */
const impatientClock: Clock = {
  now: systemClock.now,
  schedule: (at, task) =>
    systemClock.schedule(at - systemClock.now() < TIMEOUT_MS / 2 ? 0 : at, task),
};

/** A Meta that insists on proofs, a customer's WABA with a token for it, and our graph. */
export async function start(options: FakeMetaOptions = {}) {
  const meta = await fakeMeta({ requireAppSecretProof: true, ...options });
  const usages: unknown[] = [];
  const client = createGraphClient({
    graphUrl: meta.url,
    clock: impatientClock,
    timeoutMs: TIMEOUT_MS,
    onUsage: (usage) => usages.push(usage),
  });
  onTestFinished(async () => {
    await meta.close();
    await client.close();
  });
  const { wabaId } = meta.addWaba();
  const token = meta.issueToken({ wabaIds: [wabaId] });
  const graph = createGraph(client, meta.app);
  return { meta, client, graph, access: { wabaId, token }, usages };
}

/** A customer's endpoint that passes Meta's verification with `verifyToken`, and with no other. */
export async function callback(verifyToken: string) {
  const server = createServer((req, res) => {
    const { searchParams } = new URL(req.url ?? "/", "http://callback");
    const isExpected = searchParams.get("hub.verify_token") === verifyToken;
    res.writeHead(isExpected ? 200 : 403).end(searchParams.get("hub.challenge"));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A TCP server that listens has this shape of address.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}
