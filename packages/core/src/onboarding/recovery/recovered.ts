import { z } from "zod";
import { requireAllTenants } from "../../access/keys/may-give.ts";
import { readDefaultOrganizationId } from "../../access/organizations/organization.ts";
import type { App } from "../../app.ts";
import { isLive } from "../../connections/change/apply-change.ts";
import { wholeSeconds } from "../../connections/instant.ts";
import { type Waba, wabaKey } from "../../connections/waba.ts";
import { Failure } from "../../failure.ts";
import { listPage } from "../../http/list-page.ts";
import type { Page, PageQuery } from "../../http/page.ts";
import type { Caller } from "../../http/route.ts";
import type { MetaApp } from "../../meta-app.ts";
import { type Index, openIndex, type Place } from "../../store/index-pages.ts";
import { joined } from "../../store/joined.ts";
import { key } from "../../store/key.ts";
import type { Change, Store, Stored } from "../../store/store.ts";

/** A sign-up that was finished at Meta, and of which no session was told. */
export interface Recovered {
  readonly appId: string;
  readonly wabaId: string;
  /** Whose Meta app it is. */
  readonly organizationId: string;
  readonly ownerBusinessId: string | null;
  /** When Meta told of it, in milliseconds since the epoch. */
  readonly at: number;
  /** Whether `onboarding.recovered` was told. */
  readonly isTold: boolean;
  /** In the index of its organization. */
  readonly place: Place;
}

/** A sign-up to be claimed, as the API shows it. */
export const ShownRecovered = z.strictObject({
  wabaId: z.string(),
  appId: z.string(),
  ownerBusinessId: z.string().nullable(),
  recoveredAt: z.iso.datetime(),
});
export type ShownRecovered = z.infer<typeof ShownRecovered>;

export function recoveredKey(appId: string, wabaId: string): string {
  return key("recovered", appId, wabaId);
}

/** By `<appId>.<wabaId>`. */
export function recoveredIndex(store: Store, organizationId: string): Index {
  return openIndex(store, "recovered", organizationId);
}

/** Lists sign-ups to be claimed, newest first. @throws {Failure} `forbidden`, `invalid_cursor`, `store_unavailable` */
export async function listRecovered(
  { store, cursors }: Pick<App, "store" | "cursors">,
  caller: Caller,
  query: PageQuery,
): Promise<Page<ShownRecovered>> {
  requireAllTenants(caller);
  const { organizationId } = caller;
  const index = recoveredIndex(store, organizationId);
  return listPage(cursors, { index, scope: ["recovered", organizationId], query }, async (ids) => {
    const records = await open(store, ids);
    return records.map(({ value: { wabaId, appId, ownerBusinessId, at } }) => ({
      ...{ wabaId, appId, ownerBusinessId },
      recoveredAt: wholeSeconds(at),
    }));
  });
}

/** Of an app's newest sign-ups so many may be the one that a token is for. */
const RECENT = 20;

/**
 * The accounts that were shared with an app last, and that nobody has connected. Whether a token reaches
 * one, Meta has to say.
 *
 * @throws {Failure} `store_unavailable`
 */
export async function recentlyRecovered(
  store: Store,
  { appId, owner }: Pick<MetaApp, "appId" | "owner">,
): Promise<readonly string[]> {
  const organizationId = owner?.organizationId ?? (await readDefaultOrganizationId(store)) ?? "";
  const entries = await recoveredIndex(store, organizationId).list(RECENT);
  const records = (await open(store, entries)).map(({ value }) => value);
  return records.filter((record) => record.appId === appId).map(({ wabaId }) => wabaId);
}

/** Those whose account nobody has connected since. */
async function open(
  store: Store,
  named: readonly { readonly id: string }[],
): Promise<readonly Stored<Recovered>[]> {
  const refs = named.map(({ id }) => id.split("."));
  const [records, wabas] = await Promise.all([
    store.getMany<Recovered>(refs.map(([appId = "", wabaId = ""]) => recoveredKey(appId, wabaId))),
    store.getMany<Waba>(refs.map(([appId = "", wabaId = ""]) => wabaKey(appId, wabaId))),
  ]);
  return records.flatMap((record, at) =>
    record && !isConnected(wabas[at]?.value) ? [record] : [],
  );
}

/** Whether somebody has a number of the account. */
export function isConnected(waba: Waba | undefined): boolean {
  return waba?.numbers.some(isLive) ?? false;
}

/** A sign-up to be claimed, of one of the organization's apps. @throws {Failure} `not_found`, `store_unavailable` */
export async function requireRecovered(
  { store, metaApps }: Pick<App, "store" | "metaApps">,
  caller: Caller,
  wabaId: string,
): Promise<Recovered> {
  requireAllTenants(caller);
  const apps = await metaApps.usableBy(caller.organizationId);
  const keys = apps.map(({ appId }) => recoveredKey(appId, wabaId));
  const records = await store.getMany<Recovered>(keys);
  const own = records.find((record) => record?.value.organizationId === caller.organizationId);
  if (!own) throw new Failure("not_found");
  return own.value;
}

/** Forgets a sign-up that was claimed. @throws {Failure} `store_unavailable` */
export async function forgetRecovered(store: Store, ref: Recovered): Promise<void> {
  const at = recoveredKey(ref.appId, ref.wabaId);
  for (;;) {
    const stored = await store.get<Recovered>(at);
    if (!stored || (await store.commit(await forgetting(store, stored)))) return;
  }
}

/** The change that forgets a sign-up. */
export async function forgetting(
  store: Store,
  { value, version }: Stored<Recovered>,
): Promise<Change> {
  const { appId, wabaId, organizationId, place } = value;
  const at = recoveredKey(appId, wabaId);
  const index = recoveredIndex(store, organizationId);
  return joined(await index.removing(`${appId}.${wabaId}`, place), {
    guards: [{ key: at, version }],
    writes: [{ key: at, value: undefined }],
  });
}
