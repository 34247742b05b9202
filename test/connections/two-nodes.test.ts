import { createHub, type Hub, keyvStore, type Store } from "@wabakit/core";
import { type FakeMeta, fakeMeta } from "@wabakit/testing";
import { Keyv } from "keyv";
import { expect, onTestFinished, test } from "vitest";
import { hubOptions } from "../spine/setting.ts";
import { endpoint } from "./webhook-scene.ts";

/** Two nodes on one store. */
async function nodes(): Promise<{ readonly meta: FakeMeta; readonly hubs: readonly Hub[] }> {
  const meta = await fakeMeta();
  const store = keyvStore(new Keyv());
  await store.start();
  const shared: Store = {
    ...store,
    atomicity: "cluster",
    start: async () => {},
    stop: async () => {},
  };
  const options = { ...hubOptions(meta), store: shared, roles: ["api"] as const };
  const hubs = [createHub(options), createHub(options)];
  for (const hub of hubs) await hub.start();
  onTestFinished(async () => {
    await Promise.all(hubs.map((hub) => hub.stop()));
    await meta.close();
  });
  return { meta, hubs };
}

test("two nodes that change one webhook at once end in one state, which is Meta's", async () => {
  const { meta, hubs } = await nodes();
  const { wabaId } = meta.addWaba();
  const accessToken = meta.issueToken({ wabaIds: [wabaId] });
  const ids: string[] = [];
  for (let n = 0; n < 2; n += 1) {
    const { phoneNumberId } = meta.addNumber({ wabaId });
    const claim = { tenantId: "acme", wabaId, phoneNumberId, accessToken };
    ids.push((await hubs[0]?.connections.connect(claim))?.connection.connectionId ?? "");
  }
  const endpoints = await Promise.all([endpoint("one"), endpoint("two"), endpoint("three")]);
  const changes = endpoints.flatMap(({ fields }, index) =>
    hubs.map((hub, node) => hub.connections.update(ids[(index + node) % 2] ?? "", fields)),
  );
  await Promise.all(changes);
  const shown = await Promise.all(ids.map((id) => hubs[1]?.connections.get(id)));
  const urls = new Set(shown.map((connection) => connection?.webhookUrl));
  expect(urls.size).toBe(1);
  expect(meta.subscriptionOf(wabaId)).toEqual({ overrideCallbackUri: [...urls][0] });
});
