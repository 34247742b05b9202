import { createHub, type Hub, type HubOptions, keyvStore } from "@wabakit/core";
import { faultyStore } from "@wabakit/testing";
import { Keyv } from "keyv";
import { expect, onTestFinished } from "vitest";
import { auditRoutes } from "../../packages/core/src/access/audit/audit-routes.ts";
import { apiKeyRoutes } from "../../packages/core/src/access/keys/api-key-routes.ts";
import { organizationRoutes } from "../../packages/core/src/access/organizations/organization-routes.ts";
import { revealRoutes } from "../../packages/core/src/connections/reveal-routes.ts";
import { connectionIndex } from "../../packages/core/src/connections/waba.ts";
import { expectDocumented } from "../api/documented.ts";
import { type Answer, API_KEY, type Host, type Setting, setting } from "../spine/setting.ts";

/** The routes over who may do what. */
export const accessRoutes = [
  ...apiKeyRoutes,
  ...organizationRoutes(connectionIndex),
  ...auditRoutes,
  ...revealRoutes,
];

const UNLIMITED = {
  reads: false,
  writes: false,
  reveal: false,
  metaLookups: false,
  inboxReads: false,
  sends: false,
} as const;

/** Calls the API as the holder of one key. */
export type Client = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer>;

/** A product with a hub and its bootstrap key, and a store that can be switched off. */
export interface Scene extends Setting {
  readonly keyv: Keyv;
  readonly api: Client;
  readonly as: (apiKey: unknown) => Client;
  /** A client with a key that was made over the API. */
  readonly clientOf: (key: Readonly<Record<string, unknown>>) => Promise<Client>;
  readonly connect: (tenantId: string, hub?: Pick<Hub, "connections">) => Promise<Connected>;
  readonly switchStore: (works: boolean) => void;
}

export interface Connected {
  readonly connectionId: string;
  readonly wabaId: string;
  readonly accessToken: string;
}

export async function scene(host: Host = "express", options: Partial<HubOptions> = {}) {
  let works = true;
  const keyv = new Keyv();
  const store = faultyStore(keyvStore(keyv), { at: () => !works, mode: "before" });
  const here = await setting(host, { store, limits: UNLIMITED, ...options });
  onTestFinished(here.close);
  const as = (apiKey: unknown) => clientFor(here.url, String(apiKey));
  const api = as(API_KEY);
  return {
    ...here,
    keyv,
    api,
    as,
    async clientOf(key) {
      const { status, body } = await api("POST", "/api-keys", { name: "key", ...key });
      expect(status).toBe(201);
      return as(body.apiKey);
    },
    connect: (tenantId, hub = here.hub) => connect(here, hub, tenantId),
    switchStore: (next) => {
      works = next;
    },
  } satisfies Scene;
}

async function connect(
  { meta }: Setting,
  hub: Pick<Hub, "connections">,
  tenantId: string,
): Promise<Connected> {
  const { wabaId } = meta.addWaba();
  const { phoneNumberId } = meta.addNumber({ wabaId });
  const accessToken = meta.issueToken({ wabaIds: [wabaId] });
  const input = { tenantId, phoneNumberId, accessToken };
  const { connection } = await hub.connections.connect(input);
  return { connectionId: connection.connectionId, wabaId, accessToken };
}

/** Another node on the same store as a setting, which may have options of its own. */
export async function startNode(options: HubOptions): Promise<Hub> {
  const hub = createHub(options);
  await hub.start();
  onTestFinished(hub.stop);
  return hub;
}

/** Sends to a hub without a server. */
export function fetchFrom(hub: Hub, apiKey: unknown): Client {
  return clientFor("https://app.example.com", String(apiKey), async (request) => {
    const response = await hub.fetch(request);
    if (!response) throw new Error("not a route of the hub");
    return response;
  });
}

function clientFor(
  url: string,
  apiKey: string,
  send: (request: Request) => Promise<Response> = fetch,
): Client {
  return async (method, path, body, headers = {}) => {
    const init = {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        "content-type": "application/json",
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    const response = await send(new Request(`${url}/api/v1${path}`, init));
    const { status, headers: answered } = response;
    const answer = { status, headers: answered, body: (await response.json()) as Answer["body"] };
    expectDocumented(method, path, answer);
    return answer;
  };
}

export function refusal(status: number, code: string) {
  return { status, body: { error: { code } } };
}
