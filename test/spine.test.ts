import type { HubEvent } from "@wabakit/core";
import { Webhook } from "standardwebhooks";
import { Webhook as SvixWebhook } from "svix";
import { afterEach, describe, expect, test } from "vitest";
import { type Host, type Setting, setting } from "./spine/setting.ts";

let current: Setting | undefined;

async function start(host: Host): Promise<Setting> {
  current = await setting(host);
  return current;
}

afterEach(async () => {
  await current?.close();
  current = undefined;
});

/** A number at Meta, with a token for it. */
function numberAtMeta({ meta }: Setting) {
  const { wabaId } = meta.addWaba();
  const { phoneNumberId } = meta.addNumber({ wabaId });
  const accessToken = meta.issueToken({ appId: meta.app.appId, wabaIds: [wabaId] });
  return { wabaId, phoneNumberId, accessToken };
}

/** Connects the number for a tenant, and gives the customer an endpoint. */
async function connected(here: Setting) {
  const number = numberAtMeta(here);
  const { phoneNumberId, accessToken } = number;
  const connection = await here.call("POST", "/connections", {
    tenantId: "acme",
    phoneNumberId,
    accessToken,
    metadata: { plan: "pro" },
  });
  const endpoint = await here.call("POST", "/webhook-endpoints", { url: here.sink.url });
  return { ...number, connection, endpoint };
}

describe.each(["express", "koa"] as const)("on %s", (host) => {
  test("a signed webhook reaches a typed listener and, signed, a customer's endpoint", async () => {
    const here = await start(host);
    const heard: HubEvent<"message.received">[] = [];
    here.hub.on("message.received", (event) => void heard.push(event));
    const { wabaId, phoneNumberId, connection, endpoint } = await connected(here);
    expect(connection.status).toBe(201);
    expect(endpoint.status).toBe(201);

    const payload = here.meta.textMessage({
      wabaId,
      phoneNumberId,
      from: "15550123456",
      body: "Ünï 🎉 a/b",
    });
    expect(await here.meta.send(here.callbackUrl, payload)).toMatchObject({ status: 200 });

    const [delivery] = await here.sink.waitFor(1);
    expect(heard).toHaveLength(1);
    expect(heard[0]?.data).toMatchObject({
      tenantId: "acme",
      connectionId: connection.body.connectionId,
      metadata: { plan: "pro" },
      message: { type: "text", text: { body: "Ünï 🎉 a/b" } },
    });

    const body = delivery?.body.toString() ?? "";
    const headers = delivery?.headers as Record<string, string>;
    const secret = String(endpoint.body.secret);
    for (const library of [new Webhook(secret), new SvixWebhook(secret)]) {
      expect(() => library.verify(body, headers)).not.toThrow();
      expect(() => library.verify(`${body} `, headers)).toThrow();
    }
    const { event: type, ...told } = JSON.parse(body);
    expect({ type, ...told }).toEqual(heard[0]);
    expect(headers["webhook-id"]).toBe(heard[0]?.id);
  });
});
