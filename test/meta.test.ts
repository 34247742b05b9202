import { describe, expect, it } from "vitest";
import { createGraph } from "../packages/core/src/meta/graph.ts";
import { start } from "./meta/scene.ts";

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
