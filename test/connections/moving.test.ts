import { expect, onTestFinished, test } from "vitest";
import { ground, world } from "../failpoints/world.ts";

test("a number that moved to another account at Meta keeps its connection, and leaves the former", async () => {
  const on = await ground();
  onTestFinished(on.close);
  const here = await world(on, "process");
  onTestFinished(here.close);
  const { meta } = on;
  const [former, next] = [meta.addWaba().wabaId, meta.addWaba().wabaId];
  const { phoneNumberId } = meta.addNumber({ wabaId: former });
  const connect = (wabaId: string) => {
    const accessToken = meta.issueToken({ wabaIds: [wabaId] });
    return here.drive(
      here.hub.connections.connect({ tenantId: "acme", phoneNumberId, wabaId, accessToken }),
    );
  };
  const before = await connect(former);
  expect(meta.subscriptionOf(former)).toEqual({});

  meta.removeNumber(phoneNumberId);
  meta.addNumber({ wabaId: next, phoneNumberId });
  const after = await connect(next);
  expect(after.created).toBe(false);
  const { connectionId } = after.connection;
  expect(after.connection).toMatchObject({
    connectionId: before.connection.connectionId,
    wabaId: next,
  });

  const listed = async (query: object) =>
    (await here.drive(here.hub.connections.list(query))).data.map((one) => one.connectionId);
  for (const query of [{}, { tenantId: "acme" }, { wabaId: next }, { phoneNumberId }]) {
    expect(await listed(query), JSON.stringify(query)).toEqual([connectionId]);
  }
  expect(await listed({ wabaId: former })).toEqual([]);
  await here.passTime(120_000);
  expect(meta.subscriptionOf(former)).toBeUndefined();
  expect(meta.subscriptionOf(next)).toEqual({});

  await here.drive(here.hub.connections.disconnect(connectionId));
  expect(await listed({})).toEqual([]);
  expect(await listed({ tenantId: "acme" })).toEqual([]);
});
