import { fakeClock } from "@wabakit/testing";
import { Keyv } from "keyv";
import { expect, test } from "vitest";
import { Failure } from "../../failure.ts";
import { openIndex } from "../../store/index-pages.ts";
import { joined } from "../../store/joined.ts";
import { keyvStore } from "../../store/keyv-store.ts";
import type { Store } from "../../store/store.ts";
import { HOST } from "../audit/audit-log.ts";
import { createKnownKeys } from "../keys/known-keys.ts";
import type { Acting } from "../keys/may-give.ts";
import { deleteOrganization } from "./delete-organization.ts";
import { listingOrganization, readOrganization } from "./organization.ts";

const acting: Acting = { ...HOST, organizationId: "org_0", scopes: ["*"] };

function connectionIndex(store: Store, organizationId: string) {
  return openIndex(store, "connections", organizationId);
}

async function start() {
  const store = keyvStore(new Keyv());
  await store.start();
  const clock = fakeClock();
  const rootSecret = { derive: () => Buffer.alloc(32, 1), isCurrent: true };
  const knownKeys = createKnownKeys({ store, clock });
  return { store, clock, rootSecret, knownKeys, connectionIndex };
}

/** As a use case adds a connection. */
async function connect(store: Store, organizationId: string): Promise<void> {
  for (;;) {
    const listing = await listingOrganization(store, organizationId);
    const adding = await connectionIndex(store, organizationId).adding("conn_1");
    if (await store.commit(joined(listing, adding))) return;
  }
}

test("of deleting an organization and connecting at once, one is refused", async () => {
  const parts = await start();
  const { store } = parts;
  for (let n = 0; n < 20; n += 1) {
    const id = `org_${n}`;
    await store.commit(await listingOrganization(store, id));
    const deleting = () => deleteOrganization(parts, acting, id);
    const racers =
      n % 2 ? [deleting, () => connect(store, id)] : [() => connect(store, id), deleting];
    const ended = await Promise.allSettled(racers.map((race) => race()));
    const refused = ended.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
    expect(refused).toMatchObject([expect.any(Failure)]);
    const isDeleted = (await readOrganization(store, id))?.value.deletedAt !== null;
    expect(await connectionIndex(store, id).count()).toBe(isDeleted ? 0 : 1);
  }
});

test("an organization that never was cannot be deleted", async () => {
  const parts = await start();
  await expect(deleteOrganization(parts, acting, "org_9")).rejects.toMatchObject({
    code: "not_found",
  });
});
