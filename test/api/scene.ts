import { type HubOptions, keyvStore } from "@wabakit/core";
import { faultyStore } from "@wabakit/testing";
import { Keyv } from "keyv";
import { expect, onTestFinished } from "vitest";
import { type Host, type Setting, setting } from "../spine/setting.ts";
import { type Client, client } from "./client.ts";
import { routes } from "./documented.ts";

/** A product with one connected number and one endpoint, and a store that can be switched off. */
export interface Scene extends Setting {
  readonly api: Client;
  readonly clientOf: (key: Parameters<Setting["hub"]["apiKeys"]["create"]>[0]) => Promise<Client>;
  /** Every route as a request that succeeds, created resources included. */
  readonly requests: readonly ApiRequest[];
  readonly switchStore: (works: boolean) => void;
}

/** A request that a route answers with success. */
export interface ApiRequest {
  readonly method: string;
  /** Below the API's base path, parameters filled in. */
  readonly path: string;
  readonly scope: string;
  readonly body: object | undefined;
}

export async function scene(host: Host = "express", options: Partial<HubOptions> = {}) {
  let works = true;
  const store = faultyStore(keyvStore(new Keyv()), { at: () => !works, mode: "before" });
  const here = await setting(host, { store, ...options });
  onTestFinished(here.close);
  const api = client(here.url);
  return {
    ...here,
    api,
    async clientOf(key) {
      const { apiKey } = await here.hub.apiKeys.create(key);
      return client(here.url, apiKey);
    },
    requests: await everyRequest(here, api),
    switchStore: (next) => {
      works = next;
    },
  } satisfies Scene;
}

async function everyRequest({ meta, sink }: Setting, api: Client): Promise<readonly ApiRequest[]> {
  const { wabaId } = meta.addWaba();
  const { phoneNumberId } = meta.addNumber({ wabaId });
  const accessToken = meta.issueToken({ wabaIds: [wabaId] });
  const bodies: Readonly<Record<string, object>> = {
    "/connections": { tenantId: "acme", phoneNumberId, accessToken },
    "/webhook-endpoints": { url: sink.url },
  };
  const ids: Readonly<Record<string, string>> = {
    "/connections/:id": await idOf(api, "/connections", bodies),
    "/webhook-endpoints/:id": await idOf(api, "/webhook-endpoints", bodies),
  };
  return routes.map(({ method, path, scope }) => ({
    method,
    path: path.replace(":id", ids[path] ?? ":id"),
    scope,
    body: method === "POST" ? bodies[path] : undefined,
  }));
}

async function idOf(api: Client, path: string, bodies: Readonly<Record<string, object>>) {
  const { status, body } = await api("POST", path, { body: bodies[path] });
  expect(status).toBe(201);
  return String(body.connectionId ?? body.id);
}
