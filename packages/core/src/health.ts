import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";
import type { App } from "./app.ts";
import type { Handler, HttpResponse } from "./http/message.ts";
import { json } from "./http/respond.ts";
import { type Route, route } from "./http/route.ts";
import { key } from "./store/key.ts";
import type { Store } from "./store/store.ts";

const PROBE = key("organization", "default");

/**
 * `GET /health/live` says that the process runs, `GET /health/ready` whether to send it requests: not
 * while the hub starts, stops, or its store fails. Both without a key.
 */
export function createHealth(basePath: string, running: () => Store | undefined): Handler {
  return async ({ method, path }) => {
    if (method !== "GET") return undefined;
    if (path === `${basePath}/health/live`) return answer(200, { status: "ok" });
    return path === `${basePath}/health/ready` ? readiness(running()) : undefined;
  };
}

async function readiness(store: Store | undefined): Promise<HttpResponse> {
  if (!store) return answer(503, { status: "unavailable", reason: "not_running" });
  try {
    await store.get(PROBE);
    return answer(200, { status: "ok" });
  } catch {
    return answer(503, { status: "unavailable", reason: "store_unavailable" });
  }
}

function answer(status: number, value: unknown): HttpResponse {
  return json(status, value, { "x-request-id": randomUUID(), "cache-control": "no-store" });
}

const { version: VERSION } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")));

const Atomicity = z.enum(["process", "cluster"]);

/** What this process is made of, and what it has seen since it started. */
export const HubHealth = z.strictObject({
  store: z.strictObject({
    atomicity: Atomicity,
    backend: z.string(),
    version: z.string().nullable(),
    durable: z.enum(["yes", "no", "unknown"]),
    settings: z.record(z.string(), z.string()),
  }),
  queue: z.strictObject({
    atomicity: Atomicity,
    waiting: z.int(),
    oldestAgeMs: z.int().nullable(),
  }),
  versions: z.strictObject({ wabakit: z.string(), node: z.string() }),
  worker: z.strictObject({ items: z.int(), repeats: z.int(), unrouted: z.int() }),
});

/** A look inside, for those with a key. */
export const healthRoute: Route<App> = route({
  method: "GET",
  path: "/health",
  summary: "Look inside: the store and queue in use, and what the worker has seen.",
  scope: "connections:read",
  success: 200,
  response: HubHealth,
  async run({ store, queue, counters, clock }: App) {
    await store.get(PROBE); // a look inside must not praise a store that is gone
    const { waiting, earliestAt } = await queue.backlog();
    const { atomicity } = queue;
    const oldestAgeMs = earliestAt === null ? null : Math.max(0, clock.now() - earliestAt);
    return {
      value: {
        store: store.describe(),
        queue: { atomicity, waiting, oldestAgeMs },
        versions: { wabakit: VERSION, node: process.versions.node },
        worker: counters.read(),
      },
    };
  },
});
