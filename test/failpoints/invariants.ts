import { expect } from "vitest";
import { readWaba, type Waba } from "../../packages/core/src/connections/waba.ts";
import type { Outcome } from "./scenario.ts";
import type { Account } from "./use-cases.ts";
import type { World } from "./world.ts";

/** An account as we have it, as Meta has it, and as the API shows it. */
export interface Snapshot {
  readonly waba: Waba | undefined;
  readonly atMeta: unknown;
  readonly shown: readonly Readonly<Record<string, unknown>>[];
}

export async function snapshot(here: World, account: Account): Promise<Snapshot> {
  const { meta } = here.ground;
  const stored = await readWaba(here.stored, meta.app.appId, account.wabaId);
  return {
    waba: stored?.value,
    atMeta: {
      subscription: meta.subscriptionOf(account.wabaId),
      numbers: account.phoneNumberIds.map((id) => meta.numberOverrideOf(id)),
    },
    shown: shownOf(stored?.value),
  };
}

/** What matters of each number, without instants that any change moves. */
function shownOf(waba: Waba | undefined) {
  return (waba?.numbers ?? []).map(({ connectionId, status, webhook }) => ({
    connectionId,
    status,
    url: (waba?.overrideScope === "number" ? webhook : waba?.webhook)?.url ?? null,
    delivery: waba?.delivery,
  }));
}

/** What must hold whatever went wrong, once things have come to rest. */
export async function expectConsistent(
  here: World,
  account: Account,
  { before, outcome }: { readonly before: Snapshot; readonly outcome: Outcome },
): Promise<void> {
  const after = await snapshot(here, account);
  expect(after.waba?.intent ?? null, "nothing is under way").toBeNull();
  expect(after.atMeta, "Meta stands as we have it").toEqual(wantedAtMeta(account, after.waba));
  const changed = JSON.stringify(before.shown) !== JSON.stringify(after.shown);
  expectAnswerHolds(outcome, changed);
  expectEventsTell(here, before, after);
  await expectListed(here, after);
}

function wantedAtMeta({ phoneNumberIds }: Account, waba: Waba | undefined) {
  const served = (waba?.numbers ?? []).filter(({ status }) => status === "active");
  const isDirect = waba?.delivery === "direct";
  const overrideCallbackUri =
    isDirect && served.length > 0 && waba?.webhook ? waba.webhook.url : undefined;
  const isSubscribed = (waba?.numbers ?? []).length > 0;
  return {
    subscription: isSubscribed ? (overrideCallbackUri ? { overrideCallbackUri } : {}) : undefined,
    numbers: phoneNumberIds.map((id) => {
      const own = served.find(({ phoneNumberId }) => phoneNumberId === id);
      return isDirect && own?.webhook ? own.webhook.url : undefined;
    }),
  };
}

/** Success means that it is done; a refusal for good, that nothing was. Doubt may end either way. */
function expectAnswerHolds(outcome: Outcome, changed: boolean): void {
  if (outcome === "done") expect(changed, "what was confirmed is done").toBe(true);
  else if (outcome.code === "webhook_subscribe_failed" || outcome.code === "meta_rejected") {
    expect(changed, "what was refused is not done").toBe(false);
  }
}

/** An event if and only if its change is there. */
function expectEventsTell(here: World, before: Snapshot, after: Snapshot): void {
  const events = here.events();
  const told = (name: string) => events.filter(({ type: event }) => event === name);
  const gone = before.shown.filter(
    (one) => !after.shown.some(({ connectionId }) => connectionId === one.connectionId),
  );
  expect(told("connection.disconnected"), "departures").toHaveLength(gone.length);
  const kept = after.shown.flatMap((now) => {
    const then = before.shown.find(({ connectionId }) => connectionId === now.connectionId);
    return then ? [{ then, now }] : [];
  });
  const turned = kept.filter(({ then, now }) => then.status !== now.status);
  expect(told("connection.status_changed"), "turns of status").toHaveLength(turned.length);
  const moved = kept.filter(
    ({ then, now }) => then.url !== now.url || then.delivery !== now.delivery,
  );
  expect(told("connection.webhook_changed"), "webhooks").toHaveLength(moved.length > 0 ? 1 : 0);
}

/** The lists know exactly what the account knows. */
async function expectListed(here: World, { shown, waba }: Snapshot): Promise<void> {
  const hub = await here.restart();
  const ids = shown.map(({ connectionId }) => connectionId).sort();
  for (const query of [{}, { tenantId: "acme" }]) {
    const { data } = await here.drive(hub.connections.list(query));
    expect(data.map(({ connectionId }) => connectionId).sort()).toEqual(ids);
  }
  expect(waba === undefined, "an account nobody is left in is forgotten").toBe(ids.length === 0);
}
