import { Keyv } from "keyv";
import { describe, expect, it } from "vitest";
import type { ConnectedNumber, Waba } from "../connections/waba.ts";
import { keyvStore } from "../store/keyv-store.ts";
import type { Endpoint, EndpointFilter } from "./endpoint.ts";
import { openLastDeliveries } from "./last-deliveries.ts";

const ORGANIZATION = "org_1";
const number = { tenantId: "acme", connectionId: "conn_1", phoneNumberId: "7" } as ConnectedNumber;
const waba = (fields: Partial<Waba> = {}) =>
  ({
    organizationId: ORGANIZATION,
    appId: "1",
    wabaId: "10",
    delivery: "events",
    overrideScope: "waba",
    webhook: null,
    ...fields,
  }) as Waba;

/** Only what decides who asks for what. */
const endpoint = (id: string, filter: EndpointFilter | null = null, enabled = true) =>
  ({ id, filter, enabled }) as Endpoint;

async function start(endpoints: readonly Endpoint[]) {
  const store = keyvStore(new Keyv());
  await store.start();
  const last = openLastDeliveries({ store, directory: async () => endpoints });
  const note = async (id: string, at: number, status: "delivered" | "failed" = "delivered") => {
    const writes = last.note({ organizationId: ORGANIZATION, id }, { at, status });
    await store.commit({ guards: [], writes });
    return writes.length;
  };
  return { last, note };
}

describe("a note", () => {
  it("is written once a minute for each target, and at once when it turns", async () => {
    const { note } = await start([]);
    expect(await note("whe_1", 0)).toBe(1);
    expect(await note("whe_1", 59_999)).toBe(0);
    expect(await note("whe_2", 59_999)).toBe(1);
    expect(await note("whe_1", 60_000)).toBe(1);
    expect(await note("whe_1", 60_001, "failed")).toBe(1);
  });
});

describe("the last delivery of a number", () => {
  it("is the newest to an endpoint that asks for its news", async () => {
    const { last, note } = await start([
      endpoint("whe_all"),
      endpoint("whe_acme", { tenantIds: ["acme"] }),
      endpoint("whe_other", { tenantIds: ["globex"] }),
      endpoint("whe_off", null, false),
    ]);
    expect(await last.of(waba(), number)).toBeNull();
    await note("whe_all", 1_000);
    await note("whe_acme", 2_000, "failed");
    await note("whe_other", 3_000);
    await note("whe_off", 4_000);
    expect(await last.of(waba(), number)).toEqual({ at: 2_000, status: "failed" });
  });

  it("is that to its webhook where it is relayed", async () => {
    const { last, note } = await start([]);
    expect(await last.of(waba(), number)).toBeUndefined();
    const webhook = {
      url: "https://acme.example",
      verifyToken: "sealed",
      state: "active",
    } as const;
    await note("relay-1-10", 5_000);
    expect(await last.of(waba({ delivery: "relay", webhook }), number)).toMatchObject({
      at: 5_000,
    });
  });
});
