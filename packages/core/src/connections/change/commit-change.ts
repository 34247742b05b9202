import { auditing } from "../../access/audit/audit-log.ts";
import type { App } from "../../app.ts";
import { joined, NO_CHANGE } from "../../store/joined.ts";
import type { Lease } from "../../store/lease.ts";
import type { Change } from "../../store/store.ts";
import { joiningNumber } from "../connect/holding.ts";
import { setTimers } from "../timers/timers.ts";
import { usingMetaApp } from "../using-meta-app.ts";
import type { Waba, WabaRef, Webhook } from "../waba.ts";
import { applyChange } from "./apply-change.ts";
import { armTimers } from "./arm-timers.ts";
import { auditOf } from "./audit-of-change.ts";
import { eventsOfChange } from "./events-of-change.ts";
import type { Intent, WabaChange } from "./intent.ts";
import { intentTimer } from "./intent-timer.ts";
import { type Known, readKnown } from "./known-waba.ts";
import { membershipChange } from "./membership.ts";

/** What changing an account takes, while its lease is held. */
export type ChangeParts = Pick<
  App,
  "store" | "leases" | "clock" | "vault" | "rootSecret" | "emit" | "logger" | "metaApps"
>;
export type HeldParts = ChangeParts & { readonly lease: Lease };

/** The account before a change, as it was known then, and after it. */
export interface Changed {
  readonly before: Waba;
  readonly after: Waba;
}

/** What Meta has made of a change. */
export interface Verdict {
  /** Another URL that the account's messages go to, set by somebody else. */
  readonly foreignOverride: string | null;
  /** Meta did not take the webhooks that were to come back. */
  readonly refused: boolean;
}

/**
 * Records what is about to be done, before Meta is told.
 *
 * @returns `undefined` when the lease was lost: nothing was written then.
 * @throws {Failure} `store_unavailable`
 */
export async function recordIntent(
  parts: HeldParts,
  ref: WabaRef,
  intent: Intent,
): Promise<Known | undefined> {
  await setTimers(parts.store, [intentTimer(ref, intent.startedAt)]);
  return commit(parts, { ref, change: intent.change }, async ({ waba }) => ({
    after: { ...waba, intent },
    change: NO_CHANGE,
    drafts: [],
  }));
}

/** Takes an intent back that Meta has refused; `restored` says whether all is at Meta as it was. */
export async function dropIntent(
  parts: HeldParts,
  ref: WabaRef,
  { change, restored }: { readonly change: WabaChange; readonly restored: boolean },
): Promise<Known | undefined> {
  return commit(parts, { ref, change }, async ({ waba }) => ({
    after: { ...(restored ? waba : withRefusedWebhooks(waba)), intent: null },
    change: NO_CHANGE,
    drafts: [],
  }));
}

/**
 * Writes a change that Meta has taken, with its events, its entry in the audit log and its timers.
 *
 * @returns `undefined` when the lease was lost: nothing was written then.
 * @throws {Failure} `number_in_use` when somebody else has connected the number; `store_unavailable`
 */
export async function commitChange(
  parts: HeldParts,
  ref: WabaRef,
  { intent, verdict }: { readonly intent: Intent; readonly verdict: Verdict },
): Promise<Changed | undefined> {
  const { store, clock } = parts;
  const { change, author } = intent;
  let changed: Changed | undefined;
  const done = await commit(parts, { ref, change }, async ({ waba: before }) => {
    const applied = applyChange(before, change, clock.now());
    const settled = verdict.refused ? withRefusedWebhooks(applied) : applied;
    const armed = armTimers({ before, after: settled }, change, clock.now());
    const after = { ...armed.waba, foreignOverride: verdict.foreignOverride };
    changed = { before, after };
    await setTimers(store, armed.timers);
    const accompanying = await Promise.all([
      change.kind === "connect" ? joiningNumber(parts, after, change.number) : NO_CHANGE,
      ...auditOf({ before, after }, change).map((entry) =>
        auditing(parts, { ...entry, ...author, organizationId: ref.organizationId }),
      ),
    ]);
    const drafts = eventsOfChange({ before, after }, change);
    return { after, change: joined(...accompanying), drafts };
  });
  return done && changed;
}

interface Written {
  readonly after: Waba;
  readonly change: Change;
  readonly drafts: Parameters<App["emit"]>[1];
}

/** Read → decide → commit under the lease, and again if something else of the account has changed. */
async function commit(
  parts: HeldParts,
  { ref, change }: { readonly ref: WabaRef; readonly change: WabaChange },
  decide: (known: Known) => Promise<Written>,
): Promise<Known | undefined> {
  const coming = change.kind === "connect" ? change : undefined;
  for (;;) {
    const known = await readKnown(parts.store, ref, coming);
    if (!known) return undefined;
    const { waba, version, listing } = known;
    const { after, change: more, drafts } = await decide(known);
    const own = await membershipChange(parts.store, { before: { waba, version }, after });
    const using = version === undefined ? await usingMetaApp(parts, ref) : NO_CHANGE;
    const guards: Change = { guards: parts.lease.guards, writes: [] };
    if (await parts.emit(joined(listing, own, more, using, guards), drafts)) {
      return { waba: after, version: undefined, listing: NO_CHANGE };
    }
    if (!(await parts.lease.isHeld())) return undefined;
  }
}

function withRefusedWebhooks(waba: Waba): Waba {
  return {
    ...waba,
    webhook: refused(waba.webhook),
    numbers: waba.numbers.map((number) => ({ ...number, webhook: refused(number.webhook) })),
  };
}

function refused(webhook: Webhook | null): Webhook | null {
  return webhook && { ...webhook, state: "refused" };
}
