import { newId } from "../crypto/ids.ts";
import { type Index, openIndex } from "../store/index-pages.ts";
import { joined } from "../store/joined.ts";
import { key } from "../store/key.ts";
import type { Change, Store } from "../store/store.ts";

const DEFAULT_ORGANIZATION = key("organization", "default");

/** The organization that exists from the first start on; made once. */
export async function loadDefaultOrganizationId(store: Store): Promise<string> {
  for (;;) {
    const stored = await store.get<{ organizationId: string }>(DEFAULT_ORGANIZATION);
    if (stored) return stored.value.organizationId;
    const value = { organizationId: newId("org_") };
    const guards = [{ key: DEFAULT_ORGANIZATION, version: undefined }];
    await store.commit({ guards, writes: [{ key: DEFAULT_ORGANIZATION, value }] });
  }
}

/** Every organization that has a secret in the store; the host may have made up its id. */
export function organizationIndex(store: Store): Index {
  return openIndex(store, "organizations");
}

/** The change that lists an organization, to join the one that stores a secret of it for the first time. */
export async function listingOrganization(store: Store, organizationId: string): Promise<Change> {
  const listed = key("organization", "listed", organizationId);
  if (await store.get(listed)) return { guards: [], writes: [] };
  const addition = await organizationIndex(store).adding(organizationId);
  const { place } = addition;
  return joined(addition, {
    guards: [{ key: listed, version: undefined }],
    writes: [{ key: listed, value: { place } }],
  });
}
