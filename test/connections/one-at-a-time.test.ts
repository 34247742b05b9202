import { createHub, keyvStore, type Store } from "@wabakit/core";
import { fakeMeta } from "@wabakit/testing";
import { Keyv } from "keyv";
import { expect, onTestFinished, test } from "vitest";
import { hubOptions } from "../spine/setting.ts";

/** Hubs on one store, as the processes of several nodes. */
async function hubs(count: number, atomicity: Store["atomicity"]) {
  const meta = await fakeMeta();
  const store = keyvStore(new Keyv());
  await store.start();
  const shared: Store = { ...store, atomicity, start: async () => {}, stop: async () => {} };
  const options = { ...hubOptions(meta), store: shared, roles: ["api"] as const };
  const all = Array.from({ length: count }, () => createHub(options));
  // One after the other, because the first one makes what they share.
  for (const hub of all) await hub.start();
  onTestFinished(async () => {
    await Promise.all(all.map((hub) => hub.stop()));
    await meta.close();
  });
  return { meta, all };
}

test.each([
  ["of one process", 1, "process"],
  ["of two processes", 2, "cluster"],
] as const)(
  "several connects of one account %s are at Meta one after the other",
  async (_, count, atomicity) => {
    const { meta, all } = await hubs(count, atomicity);
    const { wabaId } = meta.addWaba();
    const accessToken = meta.issueToken({ wabaIds: [wabaId] });
    const numbers = Array.from({ length: 6 }, () => meta.addNumber({ wabaId }));
    const connected = await Promise.all(
      numbers.map(({ phoneNumberId }, index) =>
        all[index % count]?.connections.connect({
          tenantId: "acme",
          phoneNumberId,
          accessToken,
          wabaId,
        }),
      ),
    );
    expect(connected.map((one) => one?.created)).toEqual(numbers.map(() => true));
    const changes = meta.requests.filter(({ method }) => method === "POST");
    expect(changes).toHaveLength(1);
  },
);
