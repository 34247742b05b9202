import { createHub, type Hub, type HubOptions, keyvStore, type Store } from "@wabakit/core";
import { fakeMeta } from "@wabakit/testing";
import { Keyv } from "keyv";
import { onTestFinished } from "vitest";
import { API_KEY, hubOptions } from "../spine/setting.ts";
import type { Service } from "../store/services.ts";
import { expectDocumented } from "./documented.ts";

/** What a node answered, as text. */
export interface NodeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** What a request has beside its method and path. */
export interface NodeRequest {
  readonly body?: unknown;
  readonly key?: string;
  readonly apiKey?: string;
}

/** A process of several on one store, without a server in front of it. */
export interface Node {
  readonly hub: Hub;
  readonly send: (method: string, path: string, fields?: NodeRequest) => Promise<NodeAnswer>;
}

/** Opens a store, as a process does when it starts. */
type OpenStore = () => HubOptions["store"];

/** As many nodes as there are stores; each test has its own Meta. */
export async function nodesOn(
  stores: readonly OpenStore[],
  options: Partial<HubOptions> = {},
): Promise<readonly Node[]> {
  const meta = await fakeMeta();
  const common = { ...hubOptions(meta), roles: ["api"] as const, ...options };
  const hubs: Hub[] = [];
  onTestFinished(async () => {
    await Promise.all(hubs.map((hub) => hub.stop()));
    await meta.close();
  });
  // One after the other, because the first one makes what they share.
  for (const open of stores) {
    const hub = createHub({ ...common, store: open() });
    hubs.push(hub);
    await hub.start();
  }
  return hubs.map((hub) => ({ hub, send: sender(hub) }));
}

function sender(hub: Hub): Node["send"] {
  return async (method, path, { body, key, apiKey = API_KEY } = {}) => {
    const named: Readonly<Record<string, string>> = key ? { "idempotency-key": key } : {};
    const init = {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        "content-type": "application/json",
        ...named,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    const response = await hub.fetch(new Request(`https://app.example.com/api/v1${path}`, init));
    if (!response) throw new Error(`${method} ${path} is no route of the hub.`);
    const { status } = response;
    const text = await response.text();
    expectDocumented(method, path, { status, headers: response.headers, body: JSON.parse(text) });
    return { status, headers: Object.fromEntries(response.headers), text };
  };
}

/** One memory for several hubs, as a service would be; it stays when they stop. */
export async function sharedMemory(
  atomicity: Store["atomicity"] = "cluster",
  entries: Map<string, unknown> = new Map(),
): Promise<Store> {
  const store = keyvStore(new Keyv({ store: entries }));
  await store.start();
  return { ...store, atomicity, start: async () => {}, stop: async () => {} };
}

/** Two stores on a service, as two processes have them. */
export function twoStores(service: Service): readonly OpenStore[] {
  const place = service.place();
  const keyvs: Keyv[] = [];
  const open = () => {
    const keyv = place.connect();
    keyvs.push(keyv);
    return keyv;
  };
  onTestFinished(async () => {
    // Keyvs of one process may share a pool, which ends once.
    await Promise.allSettled(keyvs.map(place.disconnect));
    await place.discard();
  });
  return [open, open];
}
