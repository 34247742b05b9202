import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Clock, systemClock } from "@wabakit/core";
import { type FakeMetaOptions, fakeMeta } from "@wabakit/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { createGraphClient } from "../packages/core/src/meta/client.ts";
import { createGraph } from "../packages/core/src/meta/graph.ts";
import { ensureSubscribed } from "../packages/core/src/meta/subscription.ts";

const TIMEOUT_MS = 10_000;

/** The pauses between tries are of no interest here; deadlines stay. */
const impatientClock: Clock = {
  now: systemClock.now,
  schedule: (at, task) =>
    systemClock.schedule(at - systemClock.now() < TIMEOUT_MS / 2 ? 0 : at, task),
};

/** A Meta that insists on proofs, a customer's WABA with a token for it, and our graph. */
async function start(options: FakeMetaOptions = {}) {
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
async function callback(verifyToken: string) {
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

describe("what the graph reads", () => {
  it("is the token, the WABA and its numbers, proven to be asked by the app", async () => {
    const { meta, graph, access } = await start();
    const { phoneNumberId } = meta.addNumber({ wabaId: access.wabaId, isOnBizApp: true });
    const [info, waba, number] = await Promise.all([
      graph.debugToken(access),
      graph.getWaba(access),
      graph.getPhoneNumber({ ...access, phoneNumberId }),
    ]);
    expect(info).toMatchObject({ isValid: true, appId: graph.appId, expiresAt: null });
    expect(info.granularScopes).toContainEqual({
      scope: "whatsapp_business_management",
      targetIds: [access.wabaId],
    });
    expect(waba).toMatchObject({ id: access.wabaId, accountReviewStatus: "APPROVED" });
    expect(number).toMatchObject({
      id: phoneNumberId,
      isOnBizApp: true,
      platformType: "CLOUD_API",
    });
  });

  it("is every number of a long list, and no URL on the way holds the token", async () => {
    const { meta, graph, access } = await start();
    const ids = Array.from({ length: 250 }, () => meta.addNumber(access).phoneNumberId);
    const numbers = await graph.listPhoneNumbers(access);
    expect(numbers.map(({ id }) => id)).toEqual(ids.toReversed());
    expect(meta.requests).toHaveLength(3);
    expect(meta.requests.filter(({ url }) => url.includes(access.token))).toEqual([]);
  });

  it.each([[{ code: 2 }], [{ code: 4 }], ["html"], ["reset"]] as const)(
    "survives %o, twice",
    async (error) => {
      const { meta, graph, access } = await start();
      meta.fail({ path: /./, error, times: 2 });
      await expect(graph.getWaba(access)).resolves.toMatchObject({ id: access.wabaId });
      expect(meta.requests).toHaveLength(3);
    },
  );

  it("is not asked for again with a dead token, which can still be inspected", async () => {
    const { meta, graph, access } = await start();
    meta.revokeToken(access.token, "app_removed");
    const attempt = graph.getWaba(access);
    const context = { meta: { code: 190, subcode: 458 } };
    await expect(attempt).rejects.toMatchObject({ code: "meta_token_expired", context });
    expect(meta.requests).toHaveLength(1);
    expect(await graph.debugToken(access)).toMatchObject({ isValid: false });
  });

  it("is refused for the WABA of somebody else, and where the proof is wrong", async () => {
    const { meta, client, graph, access } = await start();
    const foreign = { ...access, wabaId: meta.addWaba().wabaId };
    const refusal = { code: "meta_rejected", context: { meta: { code: 200 } } };
    await expect(graph.getWaba(foreign)).rejects.toMatchObject(refusal);

    const forger = createGraph(client, { ...meta.app, appSecret: "not the secret" });
    await expect(forger.getWaba(access)).rejects.toMatchObject({ code: "meta_rejected" });
  });

  it("comes with what Meta says about the quotas", async () => {
    const { meta, graph, access, usages } = await start();
    meta.setUsage({ app: { call_count: 97, total_time: 1, total_cputime: 2 } });
    await graph.getWaba(access);
    expect(usages).toMatchObject([{ app: { callsPercent: 97 } }]);
  });
});

describe("what the graph changes", () => {
  it("is changed once, though nobody knows whether", async () => {
    const { meta, graph, access } = await start();
    meta.fail({ method: "POST", path: /./, error: "reset", afterEffect: true });
    const attempt = graph.subscribeApp(access);
    await expect(attempt).rejects.toMatchObject({ code: "meta_outcome_unknown" });
    expect(meta.subscriptionOf(access.wabaId)).toEqual({});
    expect(meta.requests).toHaveLength(1);
  });

  it("ends with unsubscribing", async () => {
    const { meta, graph, access } = await start();
    meta.subscribeApp(access);
    await graph.unsubscribeApp(access);
    expect(meta.subscriptionOf(access.wabaId)).toBeUndefined();
  });
});

describe("a subscription", () => {
  it("is made, and then left alone with the override it has", async () => {
    const { meta, graph, access } = await start();
    expect(await ensureSubscribed(graph, access)).toMatchObject({ changed: true, override: null });

    const url = await callback("shh");
    const override = { url, verifyToken: "shh" };
    const set = await ensureSubscribed(graph, { ...access, override });
    expect(set).toMatchObject({ changed: true, override: url });
    expect(await ensureSubscribed(graph, access)).toMatchObject({ changed: false, override: url });
    expect(meta.subscriptionOf(access.wabaId)).toEqual({ overrideCallbackUri: url });
  });

  it.each([
    [false, "http://127.0.0.1:9/before"],
    [true, null],
  ])(
    "refused reports what Meta left in place (it clears: %s)",
    async (refusedOverrideClears, left) => {
      const { meta, graph, access } = await start({ refusedOverrideClears });
      const before = "http://127.0.0.1:9/before";
      meta.subscribeApp({ ...access, overrideCallbackUri: before });

      const override = { url: await callback("expected"), verifyToken: "canary-verify-token" };
      const report = await ensureSubscribed(graph, { ...access, override });
      expect(report).toMatchObject({ override: left, changed: left !== before });
      expect(report.before.override).toBe(before);
      expect(report.refusal).toMatchObject({ code: "webhook_subscribe_failed" });
      expect(report.refusal?.context.meta?.message).toContain("HTTP Status Code = 403");
    },
  );

  it("that was made, with the answer lost, is found by looking", async () => {
    const { meta, graph, access } = await start();
    const url = await callback("shh");
    meta.fail({ method: "POST", path: /subscribed_apps$/, error: "reset", afterEffect: true });
    const override = { url, verifyToken: "shh" };
    const report = await ensureSubscribed(graph, { ...access, override });
    expect(report).toMatchObject({ changed: true, override: url, refusal: null });
    expect(meta.requests.map(({ method }) => method)).toEqual(["GET", "POST", "GET"]);
  });

  it("that may still come stays in doubt", async () => {
    const { meta, graph, access } = await start();
    meta.fail({ method: "POST", path: /subscribed_apps$/, error: "reset" });
    const attempt = ensureSubscribed(graph, access);
    await expect(attempt).rejects.toMatchObject({ code: "meta_outcome_unknown" });
  });
});
