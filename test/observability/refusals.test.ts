import { createHub, keyvStore, type Refusal } from "@wabakit/core";
import { fakeMeta } from "@wabakit/testing";
import { Keyv } from "keyv";
import { describe, expect, it, onTestFinished } from "vitest";
import { eventually, passTimeUntil, scene } from "../delivery/scene.ts";
import { hubOptions } from "../spine/setting.ts";
import { tellStory } from "./story.ts";

describe("the onRefused hook", () => {
  it("is told of each refusal, by its code, and of nothing that was sent", async () => {
    const refusals: Refusal[] = [];
    const story = await tellStory({ onRefused: (refusal) => void refusals.push(refusal) });
    await eventually(() => expect(refusals).toHaveLength(5));
    const receiver = { surface: "receiver", route: "/webhooks/meta", appId: expect.any(String) };
    const api = { surface: "api", requestId: expect.any(String), remoteAddress: "127.0.0.1" };
    expect(refusals).toMatchObject([
      { ...receiver, code: "signature_mismatch", status: 401, method: "POST" },
      { ...receiver, code: "verify_token_mismatch", status: 403, method: "GET" },
      { ...api, code: "unauthorized", status: 401, route: "/api/v1/connections/:id" },
      { ...api, code: "invalid_request", status: 400, route: "/api/v1/connections" },
      { ...receiver, code: "store_unavailable", status: 503, method: "POST" },
    ]);
    const text = JSON.stringify(refusals);
    for (const canary of [...story.secrets, ...story.phoneNumbers, ...story.bodies]) {
      expect(text).not.toContain(canary);
    }
    expect(text).not.toContain("canary-guess");
  });

  it("is told of what a hub refuses that does not run, and of pages", async () => {
    const meta = await fakeMeta();
    onTestFinished(meta.close);
    const refusals: Refusal[] = [];
    const onRefused = (refusal: Refusal) => void refusals.push(refusal);
    const hub = createHub({ ...hubOptions(meta), store: keyvStore(new Keyv()), onRefused });
    const ask = (method: string, path: string) =>
      hub.fetch(new Request(`https://app.example.com${path}`, { method }));
    await ask("POST", "/webhooks/meta/123");
    await ask("GET", "/api/v1/tenants/acme");
    await ask("GET", "/connect/heartbeat/a-secret-token");
    await ask("GET", "/nowhere");
    await eventually(() => expect(refusals).toHaveLength(3));
    const code = "store_unavailable";
    expect(refusals).toMatchObject([
      { surface: "receiver", code, status: 503, route: "/webhooks/meta/:appId" },
      { surface: "api", code, status: 503, route: "/api/v1/tenants/:externalTenantId" },
      { surface: "pages", code, status: 503, route: "/connect/heartbeat/:token" },
    ]);
    expect(JSON.stringify(refusals)).not.toContain("a-secret-token");
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("a hook");
      },
    ],
    ["rejects", async () => Promise.reject(new Error("a hook"))],
  ])("that %s harms nothing", async (_, onRefused) => {
    const here = await scene({ onRefused });
    expect(await here.call("GET", "/tenants/nobody")).toMatchObject({ status: 404 });
    expect(await here.call("GET", "/tenants")).toMatchObject({ status: 200 });
    await passTimeUntil(here.clock, here.hub.stop());
  });
});
