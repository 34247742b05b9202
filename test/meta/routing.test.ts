import { describe, expect, it } from "vitest";
import type { Graph } from "../../packages/core/src/meta/graph.ts";
import type { Override, WabaAccess } from "../../packages/core/src/meta/requests.ts";
import { planRouting, type Routing } from "../../packages/core/src/meta/routing.ts";
import { seeRouting, setRouting } from "../../packages/core/src/meta/set-routing.ts";
import { callback, start } from "./scene.ts";

const UNSUBSCRIBED: Routing = { subscribed: false, override: null, numbers: new Map() };
const SUBSCRIBED: Routing = { ...UNSUBSCRIBED, subscribed: true };

function routingTo(override: Override): Routing {
  return { ...SUBSCRIBED, override };
}

/** Looks at Meta, plans, and takes the steps, as a change of an account does. */
async function turn(graph: Graph, access: WabaAccess, way: { from: Routing; to: Routing }) {
  const whole = { ...way, anew: false, clearForeign: false };
  const before = await seeRouting(graph, access);
  const steps = planRouting(before, whole);
  return setRouting(graph, { ...access, before, steps, turn: whole, restores: true });
}

describe("a routing", () => {
  it("is made, and then left alone with the override that somebody else has set", async () => {
    const { meta, graph, access } = await start();
    const first = await turn(graph, access, { from: UNSUBSCRIBED, to: SUBSCRIBED });
    expect(first).toEqual({ refusal: null, restored: true });
    expect(meta.subscriptionOf(access.wabaId)).toEqual({});
    const overrideCallbackUri = "https://elsewhere.example.com";
    meta.subscribeApp({ wabaId: access.wabaId, overrideCallbackUri });
    await turn(graph, access, { from: UNSUBSCRIBED, to: SUBSCRIBED });
    expect(meta.subscriptionOf(access.wabaId)).toEqual({ overrideCallbackUri });
  });

  it.each([[false], [true]])(
    "that is refused leaves the one before it (Meta clears it then: %s)",
    async (refusedOverrideClears) => {
      const { meta, graph, access } = await start({ refusedOverrideClears });
      const first = { url: await callback("first"), verifyToken: "first" };
      await turn(graph, access, { from: UNSUBSCRIBED, to: routingTo(first) });
      const next = { url: await callback("expected"), verifyToken: "canary-verify-token" };
      const way = { from: routingTo(first), to: routingTo(next) };
      const { refusal, restored } = await turn(graph, access, way);
      expect(refusal).toMatchObject({ code: "webhook_subscribe_failed" });
      expect(refusal?.context.meta?.message).toContain("HTTP Status Code = 403");
      expect(JSON.stringify(refusal)).not.toContain("canary");
      expect(restored).toBe(true);
      expect(meta.subscriptionOf(access.wabaId)).toEqual({ overrideCallbackUri: first.url });
    },
  );

  it("that was made, with the answer lost, is found by looking", async () => {
    const { meta, graph, access } = await start();
    const override = { url: await callback("shh"), verifyToken: "shh" };
    meta.fail({ method: "POST", path: /subscribed_apps$/, error: "reset", afterEffect: true });
    const report = await turn(graph, access, { from: UNSUBSCRIBED, to: routingTo(override) });
    expect(report).toEqual({ refusal: null, restored: true });
    expect(meta.requests.map(({ method }) => method)).toEqual(["GET", "POST", "GET"]);
  });

  it("that may still come stays in doubt", async () => {
    const { meta, graph, access } = await start();
    meta.fail({ method: "POST", path: /subscribed_apps$/, error: "reset" });
    const attempt = turn(graph, access, { from: UNSUBSCRIBED, to: SUBSCRIBED });
    await expect(attempt).rejects.toMatchObject({ code: "meta_outcome_unknown" });
  });

  it("of single numbers is set and removed, the account's left as it is", async () => {
    const { meta, graph, access } = await start();
    const { phoneNumberId } = meta.addNumber(access);
    const override = { url: await callback("shh"), verifyToken: "shh" };
    const withNumber = { ...SUBSCRIBED, numbers: new Map([[phoneNumberId, override]]) };
    await turn(graph, access, { from: UNSUBSCRIBED, to: withNumber });
    expect(meta.numberOverrideOf(phoneNumberId)).toBe(override.url);
    await turn(graph, access, { from: withNumber, to: SUBSCRIBED });
    expect(meta.numberOverrideOf(phoneNumberId)).toBeUndefined();
    expect(meta.subscriptionOf(access.wabaId)).toEqual({});
  });
});
