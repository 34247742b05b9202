import type { App } from "../app.ts";
import type { MetaApp } from "../meta-app.ts";
import type { Place } from "../store/index-pages.ts";
import type { Store } from "../store/store.ts";
import { type Listed, listIndex } from "./listed.ts";
import type { Owner } from "./owned.ts";
import {
  type ConnectionPointer,
  connectionIndex,
  connectionKey,
  type NumberPointer,
  numberKey,
  tenantConnectionIndex,
  type Waba,
  wabaKey,
} from "./waba.ts";

/** The ids of connections to look at, newest first, with their places. */
export interface ListSource {
  readonly list: (limit: number, before?: Place) => Promise<readonly Listed[]>;
}

/** What a caller asks for that narrows where to look. */
export interface Narrowing {
  readonly tenantId?: string | undefined;
  readonly wabaId?: string | undefined;
  readonly phoneNumberId?: string | undefined;
}

type SourceParts = Pick<App, "store" | "metaApps">;

/**
 * The shortest list that holds everything a caller asks for: one number, an account, a tenant, or all of
 * the organization.
 */
export function listSource(
  { store, metaApps }: SourceParts,
  { organizationId, tenantIds }: Owner,
  { tenantId, wabaId, phoneNumberId }: Narrowing,
): ListSource {
  if (phoneNumberId !== undefined || wabaId !== undefined) {
    return {
      async list(limit, before = Number.MAX_SAFE_INTEGER) {
        const apps = await metaApps.usableBy(organizationId);
        const wabaIds =
          phoneNumberId === undefined
            ? apps.map(() => wabaId)
            : await wabaIdsOf(store, apps, phoneNumberId);
        const accounts = apps.map(({ appId }, index) => ({ appId, wabaId: wabaIds[index] }));
        const entries = await entriesIn(store, accounts, { organizationId, phoneNumberId });
        return entries.filter(({ place }) => place < before).slice(0, limit);
      },
    };
  }
  const onlyTenant = tenantId ?? (tenantIds?.length === 1 ? tenantIds[0] : undefined);
  const index =
    onlyTenant === undefined
      ? connectionIndex(store, organizationId)
      : tenantConnectionIndex(store, organizationId, onlyTenant);
  return { list: (limit, before) => listIndex(index, limit, before) };
}

/** Under each of the apps, in their order. */
async function wabaIdsOf(store: Store, apps: readonly MetaApp[], phoneNumberId: string) {
  const keys = apps.map(({ appId }) => numberKey(appId, phoneNumberId));
  const pointers = await store.getMany<NumberPointer>(keys);
  return pointers.map((pointer) => pointer?.value.wabaId);
}

/** The connections of an account, or its one number; there may be one such account under each app. */
async function entriesIn(
  store: Store,
  accounts: readonly { readonly appId: string; readonly wabaId: string | undefined }[],
  { organizationId, phoneNumberId }: Owner & Narrowing,
): Promise<readonly Listed[]> {
  const keys = accounts.flatMap(({ appId, wabaId }) =>
    wabaId === undefined ? [] : [wabaKey(appId, wabaId)],
  );
  const wabas = await store.getMany<Waba>(keys);
  const own = wabas.filter((waba) => waba?.value.organizationId === organizationId);
  const numbers = own.flatMap((waba) => waba?.value.numbers ?? []);
  const wanted = numbers.filter(
    (number) => phoneNumberId === undefined || number.phoneNumberId === phoneNumberId,
  );
  const ids = wanted.map(({ connectionId }) => connectionId);
  const pointers = await store.getMany<ConnectionPointer>(ids.map(connectionKey));
  const entries = ids.flatMap((id, index) => {
    const pointer = pointers[index];
    return pointer ? [{ ...pointer.value, id }] : [];
  });
  return entries.toSorted((one, other) => other.place - one.place);
}
