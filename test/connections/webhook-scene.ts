import type { AnyEvent } from "@wabakit/core";
import { type Sink, sink } from "@wabakit/testing";
import { expect, onTestFinished } from "vitest";
import type { Answer } from "../spine/setting.ts";
import { claimOf, type Scene, scene } from "./scene.ts";

/** A tenant's endpoint, and what it expects as verify token. */
export interface Endpoint {
  readonly sink: Sink;
  readonly fields: { readonly webhookUrl: string; readonly webhookVerifyToken: string };
}

/** An account with several connected numbers, and everything that was told of it. */
export interface WebhookScene extends Scene {
  readonly wabaId: string;
  readonly accessToken: string;
  readonly phoneNumberIds: readonly string[];
  /** In the order in which they were connected. */
  readonly ids: readonly string[];
  readonly events: readonly AnyEvent[];
  readonly get: (connectionId: string) => Promise<Answer["body"]>;
  /** Once every event that is on its way has been heard. */
  readonly quiet: () => Promise<void>;
}

/** Connects as many numbers of one account as `tenants` has names. */
export async function webhookScene(
  tenants: readonly string[],
  fields: Readonly<Record<string, unknown>> = {},
  options: Parameters<typeof scene>[0] = {},
  metaOptions: Parameters<typeof scene>[1] = {},
): Promise<WebhookScene> {
  const here = await scene(options, metaOptions);
  const events: AnyEvent[] = [];
  here.hub.on("*", (event) => void events.push(event));
  const { wabaId } = here.meta.addWaba();
  const accessToken = here.meta.issueToken({ wabaIds: [wabaId] });
  const phoneNumberIds = tenants.map(() => here.meta.addNumber({ wabaId }).phoneNumberId);
  const ids: string[] = [];
  for (const [index, tenantId] of tenants.entries()) {
    const claim = claimOf({ wabaId, accessToken, phoneNumberId: phoneNumberIds[index] ?? "" });
    const { status, body } = await here.connect({ ...claim, tenantId, ...fields });
    expect(status).toBe(201);
    ids.push(String(body.connectionId));
  }
  return {
    ...here,
    wabaId,
    accessToken,
    phoneNumberIds,
    ids,
    events,
    get: async (connectionId) => (await here.api("GET", `/connections/${connectionId}`)).body,
    quiet: () => new Promise((resolve) => setTimeout(resolve, 50)),
  };
}

/** A tenant's endpoint that passes Meta's verification with its own token alone. */
export async function endpoint(verifyToken = "a-verify-token"): Promise<Endpoint> {
  const server = await sink({ verifyToken });
  onTestFinished(server.close);
  const fields = { webhookUrl: `${server.url}/hook`, webhookVerifyToken: verifyToken };
  return { sink: server, fields };
}
