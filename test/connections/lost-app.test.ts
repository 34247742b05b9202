import { createHub, keyvStore } from "@wabakit/core";
import { fakeMeta } from "@wabakit/testing";
import { Keyv } from "keyv";
import { expect, onTestFinished, test } from "vitest";
import { hubOptions } from "../spine/setting.ts";

test("a number leaves also when the hub no longer has the Meta app it came by", async () => {
  const meta = await fakeMeta();
  onTestFinished(meta.close);
  const store = keyvStore(new Keyv());
  const options = { ...hubOptions(meta), store };
  const { wabaId } = meta.addWaba();
  const { phoneNumberId } = meta.addNumber({ wabaId });
  const accessToken = meta.issueToken({ wabaIds: [wabaId] });
  const before = createHub(options);
  await before.start();
  const claim = { tenantId: "acme", wabaId, phoneNumberId, accessToken };
  const { connection } = await before.connections.connect(claim);
  await before.stop();

  const other = meta.addApp({ appSecret: "another secret" });
  const { appId, appSecret, verifyToken } = other;
  const after = createHub({
    ...options,
    meta: { appId, appSecret, verifyToken, graphUrl: meta.url },
  });
  await after.start();
  onTestFinished(() => after.stop());
  expect((await after.connections.list()).data).toHaveLength(1);
  const change = after.connections.update(connection.connectionId, { delivery: "events" });
  await expect(change).rejects.toMatchObject({ code: "invalid_request" });
  const gone = await after.connections.disconnect(connection.connectionId);
  expect(gone).toMatchObject({ status: "disconnected", metaUnsubscribed: false });
  expect((await after.connections.list()).data).toEqual([]);
});
