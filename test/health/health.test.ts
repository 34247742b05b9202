import { keyvStore, type Store } from "@wabakit/core";
import { Keyv } from "keyv";
import { describe, expect, it } from "vitest";
import { healthKey } from "../../packages/core/src/connections/health/health.ts";
import { healthScene, refusal } from "./scene.ts";

const REFRESH = "/health/refresh";
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

describe("the health of a connection", () => {
  it("is null until it was asked for, and then what the page shows", async () => {
    const { ask, connectionId } = await healthScene();
    expect(await ask("GET", "/health")).toMatchObject({
      status: 200,
      body: { connectionId, health: null },
    });
    const refreshed = await ask("POST", REFRESH);
    expect(refreshed).toMatchObject({ status: 200 });
    expect(refreshed.body).toEqual({ connectionId, refreshed: true });
    expect((await ask("GET", "/health")).body).toEqual({
      connectionId,
      health: {
        healthStatus: "AVAILABLE",
        qualityRating: "GREEN",
        accountMode: "LIVE",
        messagingTier: "TIER_2K",
        nameStatus: "APPROVED",
        newNameStatus: "NONE",
        additionalInfo: null,
        errorMessage: null,
        checkedAt: expect.stringMatching(INSTANT),
        isRegistered: true,
        capabilities: {
          canReceiveMessages: true,
          canSendMessages: true,
          canSendTemplates: true,
        },
      },
    });
  });

  it("is also a method of the hub", async () => {
    const { hub, connectionId } = await healthScene();
    await hub.connections.refreshHealth(connectionId);
    const { health } = await hub.connections.health(connectionId);
    expect(health).toMatchObject({ healthStatus: "AVAILABLE" });
  });

  it("tells in Meta's words what keeps the number from sending", async () => {
    const { ask, meta, account } = await healthScene();
    const { wabaId, phoneNumberId } = account;
    const reason = { code: 141006, description: "Payment failed.", possibleSolution: "Pay." };
    meta.setHealth("WABA", wabaId, { canSendMessage: "BLOCKED", errors: [reason] });
    const additionalInfo = ["The name is not approved."];
    meta.setHealth("PHONE_NUMBER", phoneNumberId, { canSendMessage: "LIMITED", additionalInfo });
    await ask("POST", REFRESH);
    expect((await ask("GET", "/health")).body.health).toMatchObject({
      healthStatus: "BLOCKED",
      additionalInfo: "The name is not approved. Payment failed. Pay.",
      errorMessage: null,
      capabilities: { canReceiveMessages: true, canSendMessages: true, canSendTemplates: false },
    });
    meta.setHealth("APP", meta.app.appId, { canSendMessage: "BLOCKED" });
    await ask("POST", REFRESH);
    const { health } = (await ask("GET", "/health")).body;
    expect(health).toMatchObject({ capabilities: { canSendMessages: false } });
  });

  it("tells what the number and our subscription allow", async () => {
    const { ask, meta, account } = await healthScene();
    const unregistered = { platform_type: "NOT_APPLICABLE", status: "PENDING" };
    meta.updateNumber(account.phoneNumberId, unregistered);
    await ask("POST", REFRESH);
    expect((await ask("GET", "/health")).body.health).toMatchObject({
      isRegistered: false,
      capabilities: { canReceiveMessages: false, canSendMessages: false, canSendTemplates: false },
    });
    const registered = { platform_type: "CLOUD_API", status: "CONNECTED" };
    meta.updateNumber(account.phoneNumberId, registered);
    await fetch(`${meta.url}/v25.0/${account.wabaId}/subscribed_apps`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${account.accessToken}` },
    });
    await ask("POST", REFRESH);
    expect((await ask("GET", "/health")).body.health).toMatchObject({
      isRegistered: true,
      capabilities: { canReceiveMessages: false, canSendMessages: true, canSendTemplates: true },
    });
  });
});

describe("a refusal of Meta's", () => {
  it("is answered and kept, beside what was known", async () => {
    const { ask, meta, account } = await healthScene();
    await ask("POST", REFRESH);
    const error = { code: 100, subcode: 33, message: "Object does not exist" };
    meta.fail({ path: `/${account.phoneNumberId}`, error });
    const refused = await ask("POST", REFRESH);
    expect(refused).toMatchObject(refusal(422, "meta_rejected"));
    expect(refused.body.error).toMatchObject({ meta: { code: 100, subcode: 33 } });
    expect((await ask("GET", "/health")).body.health).toMatchObject({
      healthStatus: "AVAILABLE",
      qualityRating: "GREEN",
      isRegistered: true,
      errorMessage: expect.stringContaining("Object does not exist"),
    });
    await ask("POST", REFRESH);
    expect((await ask("GET", "/health")).body.health).toMatchObject({ errorMessage: null });
  });

  it("is all that is known where Meta has told nothing yet, and never holds the token", async () => {
    const { ask, meta, account, events } = await healthScene();
    meta.revokeToken(account.accessToken);
    expect(await ask("POST", REFRESH)).toMatchObject(refusal(424, "meta_token_expired"));
    const { health } = (await ask("GET", "/health")).body;
    expect(health).toMatchObject({
      healthStatus: null,
      errorMessage: expect.stringMatching(/\S/),
      checkedAt: expect.stringMatching(INSTANT),
      isRegistered: null,
      capabilities: { canReceiveMessages: null, canSendMessages: null, canSendTemplates: null },
    });
    expect(JSON.stringify(health)).not.toContain(account.accessToken);
    expect(events.filter(({ type: event }) => event === "connection.health_changed")).toEqual([]);
  });

  it.each([
    ["throttles", { code: 4 }, 429, "meta_throttled"],
    ["is away", "reset", 503, "meta_unavailable"],
  ] as const)("is something else than that it %s: nothing is kept of that", async (...row) => {
    const [, error, status, code] = row;
    const { ask, meta } = await healthScene();
    meta.fail({ path: /./, error, times: Number.POSITIVE_INFINITY });
    expect(await ask("POST", REFRESH)).toMatchObject(refusal(status, code));
    expect((await ask("GET", "/health")).body.health).toBeNull();
  });
});

describe("connection.health_changed", () => {
  it("tells the first judgement and every other one, and nothing else", async () => {
    const { ask, meta, account, events, connectionId } = await healthScene();
    const told = () => events.filter(({ type: event }) => event === "connection.health_changed");
    const first = {
      healthStatus: "AVAILABLE",
      qualityRating: "GREEN",
      messagingTier: "TIER_2K",
      nameStatus: "APPROVED",
    };
    await ask("POST", REFRESH);
    await expect.poll(told).toHaveLength(1);
    expect(told()[0]?.data).toEqual({
      tenantId: "acme",
      connectionId,
      wabaId: account.wabaId,
      phoneNumberId: account.phoneNumberId,
      metadata: null,
      from: null,
      to: first,
    });
    meta.updateNumber(account.phoneNumberId, { account_mode: "SANDBOX" });
    await ask("POST", REFRESH);
    meta.updateNumber(account.phoneNumberId, { quality_rating: "RED" });
    await ask("POST", REFRESH);
    await expect.poll(told).toHaveLength(2);
    expect(told()[1]?.data).toMatchObject({ from: first, to: { ...first, qualityRating: "RED" } });
    expect((await ask("GET", "/health")).body.health).toMatchObject({ accountMode: "SANDBOX" });
  });

  it("tells once what two refreshes find at once", async () => {
    const { ask, meta, account, events } = await healthScene();
    await ask("POST", REFRESH);
    meta.updateNumber(account.phoneNumberId, { quality_rating: "YELLOW" });
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask("POST", REFRESH)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const told = () => events.filter(({ type: event }) => event === "connection.health_changed");
    await expect.poll(told).toHaveLength(2);
  });
});

describe("a refresh", () => {
  it("resolves the mode of a number that Meta had not told, in the same commit", async () => {
    const number = { fields: { is_on_biz_app: undefined } };
    const { ask, meta, account, events } = await healthScene({ number });
    const mode = async () => (await ask("GET", "")).body.connectionMode;
    await ask("POST", REFRESH);
    expect(await mode()).toBe("unknown");
    meta.updateNumber(account.phoneNumberId, { is_on_biz_app: true, quality_rating: "RED" });
    await ask("POST", REFRESH);
    expect(await mode()).toBe("coexistence");
    await expect
      .poll(() => events.map(({ type: event }) => event))
      .toContain("connection.mode_resolved");
    const turn = events.find(({ type: event }) => event === "connection.mode_resolved");
    expect(turn?.data).toMatchObject({ from: "unknown", to: "coexistence" });
    await expect
      .poll(() => events.map(({ type: event }) => event).toSorted())
      .toEqual([
        "connection.health_changed",
        "connection.health_changed",
        "connection.mode_resolved",
      ]);
  });

  it("changes nothing at Meta", async () => {
    const { ask, meta } = await healthScene();
    const before = meta.requests.length;
    await ask("POST", REFRESH);
    const asked = meta.requests.slice(before).map(({ method }) => method);
    expect(asked).toEqual(["GET", "GET"]);
  });

  it("records nothing of a connection that is removed meanwhile", async () => {
    const { ask, meta, account, store, connectionId } = await healthScene();
    const held = meta.hold({ method: "GET", path: `/${account.phoneNumberId}` });
    const refreshed = ask("POST", REFRESH);
    await held.reached;
    expect((await ask("DELETE", "")).status).toBe(200);
    held.release();
    expect(await refreshed).toMatchObject(refusal(404, "not_found"));
    expect(await store.get(healthKey(connectionId))).toBeUndefined();
  });

  it("records nothing of one that is removed just before it is recorded", async () => {
    const plain = keyvStore(new Keyv());
    let before: (() => Promise<unknown>) | undefined;
    const store: Store = {
      ...plain,
      atomicity: plain.atomicity,
      async commit(change) {
        const isHealth = change.writes.some(({ key }) => key.startsWith("health:"));
        const meanwhile = isHealth ? before : undefined;
        if (meanwhile) before = undefined;
        await meanwhile?.();
        return plain.commit(change);
      },
    };
    const { ask, connectionId } = await healthScene({ options: { store } });
    before = () => ask("DELETE", "");
    expect(await ask("POST", REFRESH)).toMatchObject(refusal(404, "not_found"));
    expect(await plain.get(healthKey(connectionId))).toBeUndefined();
  });

  it("is nobody else's, and takes the scope to write", async () => {
    const { hub, call, url, connectionId, clientOf } = await healthScene();
    const paths = ["/health", REFRESH, "/test", "/diagnosis"];
    const foreign = await clientOf({ organizationId: "org_other" });
    const methods = ["GET", "POST", "POST", "GET"];
    for (const [index, path] of paths.entries()) {
      const method = methods[index] ?? "";
      const answer = await foreign(method, `/connections/${connectionId}${path}`);
      expect(answer).toMatchObject(refusal(404, "not_found"));
      expect(await call(method, `/connections/conn_none${path}`)).toMatchObject({ status: 404 });
    }
    const { apiKey } = await hub.apiKeys.create({ name: "reader", scopes: ["connections:read"] });
    const statuses = paths.map(async (path, index) => {
      const headers = { authorization: `Bearer ${apiKey}` };
      const target = `${url}/api/v1/connections/${connectionId}${path}`;
      return (await fetch(target, { method: methods[index] ?? "", headers })).status;
    });
    expect(await Promise.all(statuses)).toEqual([200, 403, 403, 200]);
  });
});
