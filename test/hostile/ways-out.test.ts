import { randomBytes } from "node:crypto";
import type { LookupAddress } from "node:dns";
import { createHub, type Hub, keyvStore } from "@wabakit/core";
import { fakeMeta, sink } from "@wabakit/testing";
import { Keyv } from "keyv";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { hubOptions } from "../spine/setting.ts";
import { PRIVATE_HOSTS } from "./private-places.ts";
import {
  account,
  attemptsIn,
  product,
  REBOUND,
  sendMessage,
  TRAP,
  TRAP_PORT,
  trap,
} from "./private-scene.ts";

const PATIENCE = { timeout: 15_000 };

/** What the name servers say; every hub of this file asks them. */
const dns = vi.hoisted(() => ({ answers: [] as LookupAddress[], asked: [] as string[] }));

vi.mock("../../packages/core/src/egress/lookup.ts", () => {
  const lookup = async (hostname: string) => {
    dns.asked.push(hostname);
    return dns.answers;
  };
  return { dnsLookup: () => lookup, systemLookup: lookup };
});

afterEach(() => {
  dns.answers = [];
  dns.asked = [];
});

describe("a URL into a private place", () => {
  it("is refused by every operation that takes one, before anybody is asked", async () => {
    const here = await product();
    const wabaId = await account(here);
    for (const host of PRIVATE_HOSTS) {
      const url = `https://${host}/`;
      const hook = { webhookUrl: url, webhookVerifyToken: "a-verify-token" };
      const answers = [
        await here.call("POST", "/webhook-endpoints", { url }),
        await here.call("PATCH", `/wabas/${wabaId}/webhook`, hook),
      ];
      for (const { status, body } of answers) {
        expect({ host, status, body }).toMatchObject({
          status: 400,
          body: { error: { code: "invalid_webhook_url" } },
        });
      }
    }
    expect(dns.asked).toEqual([]);
  });
});

describe("a name that leads to a private place", () => {
  it("is never reached by a delivery, nor by the check of a webhook", async () => {
    const visits = await trap();
    const rows = new Map<string, unknown>();
    const here = await product({ store: keyvStore(new Keyv({ store: rows })) });
    dns.answers = [TRAP];
    const wabaId = await account(here);
    const added = await here.call("POST", "/webhook-endpoints", { url: REBOUND });
    expect(added.status).toBe(201);

    const token = { webhookVerifyToken: "a-verify-token" };
    const hook = { webhookUrl: REBOUND, ...token, delivery: "relay" };
    const session = { tenantId: "acme", tenantName: "Acme", webhookOverrideUrl: REBOUND, ...token };
    const checks = [
      await here.call("PATCH", `/wabas/${wabaId}/webhook`, hook),
      await here.call("POST", "/onboarding/sessions", session),
    ];
    for (const { body } of checks) {
      expect(body).toMatchObject({ error: { code: "webhook_preflight_failed" } });
      expect(JSON.stringify(body)).not.toContain(TRAP.address);
    }
    await sendMessage(here);
    await expect.poll(() => attemptsIn(rows), PATIENCE).toContain("address_blocked");
    expect(attemptsIn(rows)).not.toContain(TRAP.address);
    expect(dns.asked.length).toBeGreaterThanOrEqual(3);
    expect(visits()).toBe(0);
  });

  it("is reached by no relay that was set up while it was allowed", async () => {
    const rows = new Map<string, unknown>();
    const shared = { store: keyvStore(new Keyv({ store: rows })), secretKeys: [randomBytes(32)] };
    dns.answers = [{ address: "127.0.0.1", family: 4 }];
    const [meta, front, tenants] = await Promise.all([fakeMeta(), sink(), sink()]);
    onTestFinished(
      async () => void (await Promise.all([meta.close(), front.close(), tenants.close()])),
    );
    const open = async (allowPrivateNetwork: boolean) => {
      const own = { publicUrl: front.url, allowPrivateNetwork, deliveryScheduleMs: [0, 60_000] };
      const hub = createHub({ ...hubOptions(meta), ...own, ...shared });
      await hub.start();
      return hub;
    };
    const { wabaId } = meta.addWaba();
    const { phoneNumberId } = meta.addNumber({ wabaId });
    const post = (hub: Hub, body: string) => {
      const signed = meta.sign(
        meta.textMessage({ phoneNumberId, wabaId, from: "15550123456", body }),
      );
      const request = {
        method: "POST",
        headers: signed.headers,
        body: new Uint8Array(signed.body),
      };
      return hub.fetch(new Request("http://product/webhooks/meta", request));
    };

    const lenient = await open(true);
    const accessToken = meta.issueToken({ wabaIds: [wabaId] });
    const webhook = { webhookUrl: tenants.url, webhookVerifyToken: "a-verify-token" };
    await lenient.connections.connect({
      ...{ tenantId: "acme", phoneNumberId, accessToken },
      ...{ ...webhook, delivery: "relay" },
    });
    await post(lenient, "while it is allowed");
    await tenants.waitFor(1);
    await lenient.stop();

    const hub = await open(false);
    onTestFinished(hub.stop);
    await post(hub, "when it is not");
    await expect.poll(() => attemptsIn(rows), PATIENCE).toContain("invalid_url");
    expect(tenants.received).toHaveLength(1);
  });
});

describe("an answer that leads elsewhere", () => {
  it.each([301, 302, 303, 307, 308])("with %i is a failure, and not followed", async (status) => {
    const visits = await trap();
    dns.answers = [TRAP];
    const rows = new Map<string, unknown>();
    const here = await product({
      allowPrivateNetwork: true,
      store: keyvStore(new Keyv({ store: rows })),
    });
    await account(here);
    const location = `http://${TRAP.address}:${TRAP_PORT}/`;
    here.sink.respond({ status, headers: { location } });
    await here.call("POST", "/webhook-endpoints", { url: here.sink.url });
    await sendMessage(here);
    await here.sink.waitFor(1);
    await expect.poll(() => attemptsIn(rows), PATIENCE).toContain("retrying");
    expect(visits()).toBe(0);
  });
});

it("proxies that the environment names are asked by nobody", async () => {
  const visits = await trap();
  const proxy = `http://${TRAP.address}:${TRAP_PORT}`;
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"];
  for (const name of [...names, "NODE_USE_ENV_PROXY"]) vi.stubEnv(name, proxy);
  onTestFinished(() => void vi.unstubAllEnvs());
  const here = await product({ allowPrivateNetwork: true });
  await account(here);
  await here.call("POST", "/webhook-endpoints", { url: here.sink.url });
  await sendMessage(here);
  await here.sink.waitFor(1);
  expect(visits()).toBe(0);
});
