import { z } from "zod";
import { setTimers } from "../../connections/timers/timers.ts";
import { readWaba } from "../../connections/waba.ts";
import { safeParse } from "../../safe-parse.ts";
import { joined } from "../../store/joined.ts";
import type { Store } from "../../store/store.ts";
import { isConnected, type Recovered, recoveredIndex, recoveredKey } from "./recovered.ts";

/** Sign-ups that are on their way have come back by then: a code lives for 30 seconds. */
const GRACE_MS = 30_000;

/** What Meta says when a business has shared an account with an app. */
const PartnerUpdate = z.object({
  event: z.enum(["PARTNER_ADDED", "PARTNER_APP_INSTALLED"]),
  waba_info: z.object({
    waba_id: z.string().regex(/^\d+$/),
    owner_business_id: z.string().regex(/^\d+$/).nullish().catch(null),
  }),
});

/** A sign-up that Meta tells of, under the app it was made with. */
export type ToldSignup = Pick<
  Recovered,
  "appId" | "wabaId" | "organizationId" | "ownerBusinessId" | "at"
>;

/** Reads a sign-up in an update. @returns `undefined` for anything else */
export function readSignup(
  field: string,
  value: unknown,
): Pick<ToldSignup, "wabaId" | "ownerBusinessId"> | undefined {
  if (field !== "account_update") return undefined;
  const { success, data } = safeParse(PartnerUpdate, value);
  if (!success) return undefined;
  const { waba_id: wabaId, owner_business_id: ownerBusinessId } = data.waba_info;
  return { wabaId, ownerBusinessId: ownerBusinessId ?? null };
}

/**
 * Keeps sign-ups of accounts that nobody has connected. It may run again with the same ones.
 *
 * @throws {Failure} `store_unavailable`
 */
export async function noteSignups(
  { store }: { readonly store: Store },
  signups: readonly ToldSignup[],
): Promise<void> {
  for (const signup of signups) await note(store, signup);
}

async function note(store: Store, signup: ToldSignup): Promise<void> {
  const { appId, wabaId, organizationId, at } = signup;
  const key = recoveredKey(appId, wabaId);
  const id = `${appId}.${wabaId}`;
  for (;;) {
    const [known, waba] = await Promise.all([
      store.get<Recovered>(key),
      readWaba(store, appId, wabaId),
    ]);
    if (known || isConnected(waba?.value)) return;
    await setTimers(store, [{ kind: "recovered", id, dueAt: at + GRACE_MS }]);
    const { place, ...listed } = await recoveredIndex(store, organizationId).adding(id);
    const value: Recovered = { ...signup, isTold: false, place };
    const own = { guards: [{ key, version: undefined }], writes: [{ key, value }] };
    if (await store.commit(joined(own, listed))) return;
  }
}
