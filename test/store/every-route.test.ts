import { keyvStore } from "@wabakit/core";
import { faultyStore } from "@wabakit/testing";
import Keyv from "keyv";
import { describe, expect, it, onTestFinished } from "vitest";
import { client } from "../api/client.ts";
import { type Scene, scene } from "../api/scene.ts";
import { chaosProxy } from "./chaos-proxy.ts";
import { type Service, services } from "./services.ts";

const refusal = {
  status: 503,
  body: { error: { type: "internal", code: "store_unavailable" } },
};

/** Both sides of the key: one that is looked up, and the one that is not. */
async function clients({ hub, url }: Scene) {
  const { apiKey } = await hub.apiKeys.create({ name: "CRM", scopes: ["*"] });
  return { "a key that is looked up": client(url, apiKey), "the bootstrap key": client(url) };
}

/** Asks every route, and sends a notification, while the store is away and when it is back. */
async function checkRoutes(here: Scene, set: (works: boolean) => unknown): Promise<void> {
  const message = { wabaId: "1", phoneNumberId: "2", from: "15550123456", body: "hi" };
  const notify = () => here.meta.send(here.callbackUrl, here.meta.textMessage(message));
  const ways = Object.entries(await clients(here));
  await set(false);
  for (const [who, api] of ways) {
    for (const { title, method, path, body } of here.requests) {
      expect(await api(method, path, { body }), `${title}, ${who}`).toMatchObject(refusal);
    }
  }
  expect(await notify()).toMatchObject({ status: 503 });

  await set(true);
  for (const { title, method, path, body } of here.requests) {
    const { status } = await here.api(method, path, { body });
    expect(status, title).toBeLessThan(300);
  }
  expect(await notify()).toMatchObject({ status: 200 });
}

describe("every route, and the receiver, say that the store is away, and work when it is back", () => {
  it("on a store that refuses", async () => {
    let works = true;
    const store = faultyStore(keyvStore(new Keyv()), { at: () => !works, mode: "before" });
    await checkRoutes(await scene("express", { store }), (next) => {
      works = next;
    });
  });

  it("on a store that does, and does not tell", async () => {
    let works = true;
    const store = faultyStore(keyvStore(new Keyv()), { at: () => !works, mode: "after" });
    await checkRoutes(await scene("express", { store }), (next) => {
      works = next;
    });
  });

  for (const service of services) {
    describe.skipIf(!service.url)(`on ${service.connect}`, () => {
      it.each(["down", "answer lost"] as const)("behind trouble (%s)", async (kind) => {
        await checkBehindProxy(service, kind);
      });
    });
  }
});

async function checkBehindProxy({ url, place: makePlace }: Service, kind: "down" | "answer lost") {
  const proxy = await chaosProxy(url);
  const place = makePlace();
  const keyv = place.connect(proxy.url);
  onTestFinished(async () => {
    await place.disconnect(keyv);
    await proxy.close();
    await place.discard();
  });
  await checkRoutes(await scene("express", { store: keyv }), (works) =>
    proxy.become({ kind: works ? "fine" : kind }),
  );
}
