import { newId } from "../crypto/ids.ts";
import { key } from "../store/key.ts";
import type { Store } from "../store/store.ts";

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
