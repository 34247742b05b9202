import { Failure } from "../failure.ts";
import type { Change, Store, Stored } from "../store/store.ts";
import {
  type ConnectedNumber,
  type NumberPointer,
  numberKey,
  readWaba,
  type Waba,
  wabaKey,
} from "./waba.ts";

/** A number that somebody wants to connect. */
export interface Wanted {
  readonly organizationId: string;
  readonly appId: string;
  readonly wabaId: string;
  readonly phoneNumberId: string;
  readonly tenantId: string;
}

/** What we know of an account and a number before it is connected. */
export interface Holding {
  readonly waba: Stored<Waba> | undefined;
  /** The number, where this tenant has connected it before. */
  readonly number: ConnectedNumber | undefined;
  /** Guards that nobody connects the number meanwhile, and takes it off the account it has left. */
  readonly change: Change;
}

/**
 * Reads who has an account and a number. A number can move to another account at Meta; it stays with
 * its tenant then.
 *
 * @throws {Failure} `waba_in_use` for an account of another organization, `number_in_use` for a number
 *   of another tenant; neither names anybody.
 */
export async function readHolding(store: Store, wanted: Wanted): Promise<Holding> {
  const { appId, wabaId, phoneNumberId } = wanted;
  const [waba, pointer] = await Promise.all([
    readWaba(store, appId, wabaId),
    store.get<NumberPointer>(numberKey(appId, phoneNumberId)),
  ]);
  const hasMoved = pointer !== undefined && pointer.value.wabaId !== wabaId;
  const former = hasMoved ? await readWaba(store, appId, pointer.value.wabaId) : undefined;
  if (waba && waba.value.organizationId !== wanted.organizationId) throw new Failure("waba_in_use");
  const number = findOwn(waba?.value, wanted) ?? findOwn(former?.value, wanted);
  const guard = { key: numberKey(appId, phoneNumberId), version: pointer?.version };
  return { waba, number, change: addGuard(leaving(former, phoneNumberId), guard) };
}

function findOwn(waba: Waba | undefined, wanted: Wanted): ConnectedNumber | undefined {
  const number = waba?.numbers.find(({ phoneNumberId }) => phoneNumberId === wanted.phoneNumberId);
  if (!waba || !number) return undefined;
  const isOwn =
    waba.organizationId === wanted.organizationId && number.tenantId === wanted.tenantId;
  if (!isOwn) throw new Failure("number_in_use");
  return number;
}

function leaving(former: Stored<Waba> | undefined, phoneNumberId: string): Change {
  if (!former) return { guards: [], writes: [] };
  const { appId, wabaId, numbers } = former.value;
  const at = wabaKey(appId, wabaId);
  const left = numbers.filter((number) => number.phoneNumberId !== phoneNumberId);
  return {
    guards: [{ key: at, version: former.version }],
    writes: [{ key: at, value: { ...former.value, numbers: left } }],
  };
}

function addGuard({ guards, writes }: Change, guard: Change["guards"][number]): Change {
  return { guards: [...guards, guard], writes };
}
