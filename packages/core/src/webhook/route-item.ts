import { subjectOf } from "../connections/change-number.ts";
import { type NumberPointer, numberKey, type Waba, wabaKey } from "../connections/waba.ts";
import type { EventDraft, Subject } from "../events.ts";
import type { Store } from "../store/store.ts";
import type { Item } from "./item.ts";
import { presentItem } from "./present.ts";

/** Finds whose an item is. */
export type Router = (item: Item) => readonly EventDraft[];

interface RouterParts {
  readonly store: Store;
  /** Hears of what belongs to nobody. */
  readonly defaultOrganizationId: string;
}

/**
 * Reads every account a batch of items of one Meta app speaks of, and routes by it: by phone number
 * id, else by account and display number, else to every tenant of the account. Records are looked up
 * under the app whose secret signed, so no app can speak for another's numbers.
 */
export async function loadRouter(
  { store, defaultOrganizationId }: RouterParts,
  appId: string,
  items: readonly Item[],
): Promise<Router> {
  const numberIds = distinct(items.map(({ phoneNumberId }) => phoneNumberId));
  const pointers = await store.getMany<NumberPointer>(numberIds.map((id) => numberKey(appId, id)));
  const wabaOf = new Map(numberIds.map((id, index) => [id, pointers[index]?.value.wabaId]));
  const wabaIds = distinct([...wabaOf.values(), ...items.map(({ wabaId }) => wabaId)]);
  const read = await store.getMany<Waba>(wabaIds.map((id) => wabaKey(appId, id)));
  const wabas = new Map(wabaIds.map((id, index) => [id, read[index]?.value]));

  return (item) => {
    const wabaId = wabaOf.get(item.phoneNumberId ?? "") ?? item.wabaId ?? "";
    const waba = wabas.get(wabaId);
    const subjects = waba ? subjectsOf(waba, item) : [];
    return waba && subjects.length > 0
      ? subjects.map((subject) => draft(waba.organizationId, subject, item))
      : [unrouted(defaultOrganizationId, appId, item)];
  };
}

function distinct(ids: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(ids.filter((id) => id !== undefined))];
}

function subjectsOf(waba: Waba, item: Item): readonly Subject[] {
  const { phoneNumberId, displayPhoneNumber } = item;
  if (phoneNumberId === undefined && displayPhoneNumber === undefined) return tenantsOf(waba);
  const number = waba.numbers.find((candidate) =>
    phoneNumberId === undefined
      ? isSameNumber(candidate.displayPhoneNumber, displayPhoneNumber)
      : candidate.phoneNumberId === phoneNumberId,
  );
  return number ? [subjectOf(waba, number)] : [];
}

/** Meta writes numbers as digits in webhooks, and as people do elsewhere. */
function isSameNumber(known: string | null, named = ""): boolean {
  return known !== null && digitsIn(known) === digitsIn(named);
}

function digitsIn(phoneNumber: string): string {
  return phoneNumber.replaceAll(/\D/g, "");
}

/** What Meta says about an account concerns each of its tenants once. */
function tenantsOf({ wabaId, numbers }: Waba): readonly Subject[] {
  const tenantIds = new Set(numbers.map(({ tenantId }) => tenantId));
  return [...tenantIds].map((tenantId) => ({
    tenantId,
    connectionId: null,
    wabaId,
    phoneNumberId: null,
    metadata: null,
  }));
}

function draft(organizationId: string, subject: Subject, item: Item): EventDraft {
  const { type, data } = presentItem(item);
  // `presentItem` pairs types with their data; the subject joins any of them.
  return { event: type, organizationId, data: { ...subject, ...data } } as EventDraft;
}

function unrouted(organizationId: string, appId: string, item: Item): EventDraft {
  const { wabaId = null, phoneNumberId = null } = item;
  const data = { appId, wabaId, phoneNumberId, update: presentItem(item) };
  return { event: "webhook.unrouted", organizationId, data: { reason: "not_connected", ...data } };
}
