import { Keyv } from "keyv";
import { describe, expect, it } from "vitest";
import type { Clock } from "../clock.ts";
import { createVault } from "../crypto/vault.ts";
import { keyvStore } from "../store/keyv-store.ts";
import type { Lease } from "../store/lease.ts";
import type { Store } from "../store/store.ts";
import { findConnection } from "./list.ts";
import { recordConnection, type Verified } from "./record-connection.ts";
import { numberKey, readWaba, tokenPlace } from "./waba.ts";

const clock = { now: () => 1_000, schedule: () => () => {} };
const vault = createVault([Buffer.alloc(32, 1)]);

const verified: Verified = {
  organizationId: "org_1",
  appId: "1",
  override: null,
  grant: {
    wabaId: "100",
    displayPhoneNumber: "+15550100142",
    verifiedName: "Acme",
    connectionMode: "coexistence",
    tokenExpiresAt: null,
  },
  input: { tenantId: "acme", phoneNumberId: "7", accessToken: "token" },
};

/** The same account, with another number, tenant, token … */
const claim = (input: Partial<Verified["input"]>, organizationId = "org_1"): Verified => ({
  ...verified,
  organizationId,
  input: { ...verified.input, ...input },
});

async function startedStore(): Promise<Store> {
  const store = keyvStore(new Keyv());
  await store.start();
  return store;
}

/** The store as somebody sees it whom `rival` overtakes between reading and committing. */
function overtaken(store: Store, rival: () => Promise<unknown>): Store {
  let isFirst = true;
  return {
    ...store,
    async commit(change) {
      if (isFirst) {
        isFirst = false;
        await rival();
      }
      return store.commit(change);
    },
  };
}

const lease: Lease = { guards: [], isHeld: async () => true };

async function record(store: Store, given = verified, at: Pick<Clock, "now"> = clock) {
  const parts = { store, vault, lease, clock: { ...clock, ...at } };
  const connected = await recordConnection(parts, given);
  if (!connected) throw new Error("The lease was lost.");
  return connected;
}

describe("a connection", () => {
  it("is found by its id, its number and its account", async () => {
    const store = await startedStore();
    const { created, connection } = await record(store);
    expect(created).toBe(true);
    expect(await findConnection({ store, clock }, verified, connection.connectionId)).toEqual(
      connection,
    );
    expect((await store.get(numberKey("1", "7")))?.value).toEqual({ wabaId: "100" });
    expect((await readWaba(store, "1", "100"))?.value.numbers).toHaveLength(1);
  });

  it("again keeps its id, creation and confirmation, and takes the rest from Meta", async () => {
    const store = await startedStore();
    const { connection } = await record(store, claim({ name: "Main" }));
    const again = await record(store, claim({ metadata: { a: 1 } }), { now: () => 99_000 });
    expect(again).toMatchObject({
      created: false,
      connection: {
        connectionId: connection.connectionId,
        name: "Main",
        metadata: { a: 1 },
        createdAt: "1970-01-01T00:00:01Z",
        heartbeatLastConfirmedAt: "1970-01-01T00:00:01Z",
        updatedAt: "1970-01-01T00:01:39Z",
      },
    });
  });

  it("of a sibling brings the token that all of them use from then on", async () => {
    const store = await startedStore();
    await record(store);
    await record(store, claim({ phoneNumberId: "8", accessToken: "newer" }));
    const waba = (await readWaba(store, "1", "100"))?.value;
    const place = tokenPlace({ organizationId: "org_1", appId: "1", wabaId: "100" });
    expect(vault.open(waba?.accessToken ?? "", place)).toBe("newer");
    expect(waba?.numbers.map(({ phoneNumberId }) => phoneNumberId)).toEqual(["7", "8"]);
  });
});

describe("who is overtaken", () => {
  it("by a sibling loses nothing of either", async () => {
    const store = await startedStore();
    await record(store);
    const rival = () => record(store, claim({ phoneNumberId: "9", name: "rival" }));
    // The same number again: its place in the index is not contended.
    await record(overtaken(store, rival), claim({ name: "mine" }));
    const numbers = (await readWaba(store, "1", "100"))?.value.numbers;
    expect(numbers?.map(({ name }) => name).sort()).toEqual(["mine", "rival"]);
  });

  it("by another tenant is told that the number is taken", async () => {
    const store = await startedStore();
    const rival = () => record(store, claim({ tenantId: "other" }));
    await expect(record(overtaken(store, rival))).rejects.toMatchObject({ code: "number_in_use" });
  });

  it("by another organization is told that the account is taken", async () => {
    const store = await startedStore();
    const rival = () => record(store, claim({ phoneNumberId: "8" }, "org_2"));
    await expect(record(overtaken(store, rival))).rejects.toMatchObject({ code: "waba_in_use" });
    expect((await readWaba(store, "1", "100"))?.value.organizationId).toBe("org_2");
  });
});

describe("who has lost the lease of the account", () => {
  it("writes nothing", async () => {
    const store = await startedStore();
    const lost = { guards: [{ key: "lease", version: "mine" }], isHeld: async () => false };
    const parts = { store, clock, vault, lease: lost };
    expect(await recordConnection(parts, verified)).toBeUndefined();
    expect(await readWaba(store, "1", "100")).toBeUndefined();
  });
});

describe("a number that moved to another account at Meta", () => {
  const moved = { ...verified, grant: { ...verified.grant, wabaId: "200" } };

  it("keeps its connection, and leaves the account it was in", async () => {
    const store = await startedStore();
    await record(store, claim({ phoneNumberId: "8" }));
    const { connection: before } = await record(store);
    const { created, connection } = await record(store, moved);
    expect(created).toBe(false);
    expect(connection).toMatchObject({ connectionId: before.connectionId, wabaId: "200" });

    const former = await readWaba(store, "1", "100");
    expect(former?.value.numbers.map(({ phoneNumberId }) => phoneNumberId)).toEqual(["8"]);
    const found = await findConnection(
      { store, clock },
      { organizationId: "org_1" },
      before.connectionId,
    );
    expect(found).toMatchObject({ wabaId: "200" });
  });

  it("is refused to another tenant, and to another organization", async () => {
    const store = await startedStore();
    await record(store);
    const other = { ...moved, input: { ...moved.input, tenantId: "other" } };
    const stranger = { ...moved, organizationId: "org_2" };
    await expect(record(store, other)).rejects.toMatchObject({ code: "number_in_use" });
    await expect(record(store, stranger)).rejects.toMatchObject({ code: "number_in_use" });
    expect(await readWaba(store, "1", "200")).toBeUndefined();
  });
});
