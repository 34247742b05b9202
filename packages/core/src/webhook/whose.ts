import {
  type ConnectedNumber,
  type NumberPointer,
  numberKey,
  type Waba,
  wabaKey,
} from "../connections/waba.ts";
import type { Store } from "../store/store.ts";
import type { Item } from "./item.ts";

/** Whom an update concerns. */
export interface Whose {
  /** `undefined` where nobody has connected the account. */
  readonly waba: Waba | undefined;
  /** Of the account's record, for whoever changes it. */
  readonly version: string | undefined;
  /** No number is named: what Meta says is about the account. */
  readonly isAboutAccount: boolean;
  /** All of the account then; else the one that is named, if it is there. Whatever their status. */
  readonly numbers: readonly ConnectedNumber[];
}

export type FindWhose = (item: Item) => Whose;

const NOBODY: readonly ConnectedNumber[] = [];

/**
 * Reads every account a batch of items of one Meta app speaks of, to find whose each of them is: by phone
 * number id, else by account and display number, else the whole account's. Records are looked up under the
 * app whose secret signed, so no app can speak for another's numbers.
 */
export async function loadWhose(
  store: Store,
  appId: string,
  items: readonly Item[],
): Promise<FindWhose> {
  const numberIds = distinct(items.map(({ phoneNumberId }) => phoneNumberId));
  const pointers = await store.getMany<NumberPointer>(numberIds.map((id) => numberKey(appId, id)));
  const wabaOf = new Map(numberIds.map((id, index) => [id, pointers[index]?.value.wabaId]));
  const wabaIds = distinct([...wabaOf.values(), ...items.map(({ wabaId }) => wabaId)]);
  const read = await store.getMany<Waba>(wabaIds.map((id) => wabaKey(appId, id)));
  const wabas = new Map(wabaIds.map((id, index) => [id, read[index]]));

  return (item) => {
    const stored = wabas.get(wabaOf.get(item.phoneNumberId ?? "") ?? item.wabaId ?? "");
    const [waba, version] = [stored?.value, stored?.version];
    const isAboutAccount =
      item.phoneNumberId === undefined && item.displayPhoneNumber === undefined;
    if (!waba) return { waba, version, isAboutAccount, numbers: NOBODY };
    const numbers = isAboutAccount ? waba.numbers : findNumber(waba, item);
    return { waba, version, isAboutAccount, numbers };
  };
}

/**
 * Of an app that one organization has for itself: nothing is anybody else's, also where they had
 * connected an account under its id before. `undefined` is one for all.
 */
export function onlyOf(organizationId: string | undefined, find: FindWhose): FindWhose {
  if (organizationId === undefined) return find;
  return (item) => {
    const whose = find(item);
    const isOwn = whose.waba?.organizationId === organizationId;
    return isOwn ? whose : { ...whose, waba: undefined, numbers: NOBODY };
  };
}

function distinct(ids: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(ids.filter((id) => id !== undefined))];
}

function findNumber({ numbers }: Waba, { phoneNumberId, displayPhoneNumber }: Item) {
  const number = numbers.find((candidate) =>
    phoneNumberId === undefined
      ? isSameNumber(candidate.displayPhoneNumber, displayPhoneNumber)
      : candidate.phoneNumberId === phoneNumberId,
  );
  return number ? [number] : NOBODY;
}

/** Meta writes numbers as digits in webhooks, and as people do elsewhere. */
function isSameNumber(known: string | null, named = ""): boolean {
  return known !== null && digitsIn(known) === digitsIn(named);
}

function digitsIn(phoneNumber: string): string {
  return phoneNumber.replaceAll(/\D/g, "");
}
