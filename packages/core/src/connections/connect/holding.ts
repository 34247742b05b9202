import { HOST } from "../../access/audit/audit-log.ts";
import type { App } from "../../app.ts";
import { Failure } from "../../failure.ts";
import { NO_CHANGE } from "../../store/joined.ts";
import type { Change, Store, Stored } from "../../store/store.ts";
import type { Intent } from "../change/intent.ts";
import { intentTimer } from "../change/intent-timer.ts";
import { setTimers } from "../timers/timers.ts";
import {
  type ConnectedNumber,
  type NumberPointer,
  numberKey,
  readWaba,
  type Waba,
  type WabaRef,
  wabaKey,
} from "../waba.ts";

/** A number that somebody wants to connect to an account. */
export interface Wanted extends WabaRef {
  readonly phoneNumberId: string;
  readonly tenantId: string;
}

/** Who has a number so far. */
interface Held {
  readonly pointer: Stored<NumberPointer> | undefined;
  /** The account it is of, where that is not the one it is wanted for. */
  readonly former: Stored<Waba> | undefined;
}

/**
 * Finds the number among those that this tenant has connected, be it in another account: a number can
 * move at Meta, and stays with its tenant then.
 *
 * @throws {Failure} `number_in_use` for a number of somebody else, who is not named;
 *   `store_unavailable`
 */
export async function findHeld(
  store: Store,
  waba: Waba | undefined,
  wanted: Wanted,
): Promise<ConnectedNumber | undefined> {
  const { former } = await readHeld(store, wanted);
  return findOwn(waba, wanted) ?? findOwn(former?.value, wanted);
}

/**
 * The change that goes with a number's joining: nobody else connects it meanwhile, and the account it
 * comes from lets it go. What Meta still has to be told about that one is left to its timer.
 *
 * @throws {Failure} `number_in_use`, `store_unavailable`
 */
export async function joiningNumber(
  { store, clock }: Pick<App, "store" | "clock">,
  { organizationId, appId, wabaId }: WabaRef,
  { phoneNumberId, tenantId }: ConnectedNumber,
): Promise<Change> {
  const now = clock.now();
  const wanted = { organizationId, appId, wabaId, phoneNumberId, tenantId };
  const { pointer, former } = await readHeld(store, wanted);
  findOwn(former?.value, wanted);
  const guard = { key: numberKey(appId, phoneNumberId), version: pointer?.version };
  if (former) await setTimers(store, [intentTimer(former.value, now)]);
  const { guards, writes } = former ? leaving(former, phoneNumberId, now) : NO_CHANGE;
  return { guards: [...guards, guard], writes };
}

async function readHeld(store: Store, wanted: Wanted): Promise<Held> {
  const { appId, wabaId, phoneNumberId } = wanted;
  const pointer = await store.get<NumberPointer>(numberKey(appId, phoneNumberId));
  const hasMoved = pointer !== undefined && pointer.value.wabaId !== wabaId;
  const former = hasMoved ? await readWaba(store, appId, pointer.value.wabaId) : undefined;
  return { pointer, former };
}

function findOwn(waba: Waba | undefined, wanted: Wanted): ConnectedNumber | undefined {
  const number = waba?.numbers.find(({ phoneNumberId }) => phoneNumberId === wanted.phoneNumberId);
  if (!waba || !number) return undefined;
  const isOwn =
    waba.organizationId === wanted.organizationId && number.tenantId === wanted.tenantId;
  if (!isOwn) throw new Failure("number_in_use");
  return number;
}

/** An account with nothing else under way settles at Meta what is left of it. */
function leaving({ value: waba, version }: Stored<Waba>, phoneNumberId: string, now: number) {
  const at = wabaKey(waba.appId, waba.wabaId);
  const numbers = waba.numbers.filter((number) => number.phoneNumberId !== phoneNumberId);
  const settling: Intent = {
    startedAt: now,
    author: HOST,
    change: { kind: "settle" },
    seen: { subscribed: true, overrideUrl: waba.webhook?.url ?? null },
  };
  const value: Waba = { ...waba, numbers, intent: waba.intent ?? settling };
  return { guards: [{ key: at, version }], writes: [{ key: at, value }] };
}
