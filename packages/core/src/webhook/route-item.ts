import { isLive } from "../connections/change/apply-change.ts";
import { subjectOf } from "../connections/change-number.ts";
import type { Waba } from "../connections/waba.ts";
import type { EventData, EventDraft, Subject } from "../events.ts";
import type { Item } from "./item.ts";
import { presentItem } from "./present.ts";
import type { Whose } from "./whose.ts";

/** Under which app an item came, and who hears of it when it belongs to nobody. */
export interface RoutingContext {
  readonly appId: string;
  readonly defaultOrganizationId: string;
}

/**
 * Makes the events of an item: one of its connection, or one for each tenant of the account it is about.
 * What belongs to nobody, or to a suspended number, is `webhook.unrouted`.
 */
export function routeItem(
  { appId, defaultOrganizationId }: RoutingContext,
  item: Item,
  { waba, isAboutAccount, numbers }: Whose,
): readonly EventDraft[] {
  const nobody = { organizationId: defaultOrganizationId, appId, item };
  const live = numbers.filter(isLive);
  const [number] = live;
  if (!waba || !number) return [unrouted(nobody, "not_connected")];
  if (isAboutAccount) return draftForTenants({ ...waba, numbers: live }, item);
  const { organizationId } = waba;
  if (number.status === "suspended") {
    return [unrouted({ ...nobody, organizationId }, "suspended")];
  }
  return [draft(organizationId, subjectOf(waba, number), item)];
}

/** What Meta says about an account concerns each of its tenants once. */
function draftForTenants({ organizationId, wabaId, numbers }: Waba, item: Item) {
  const tenantIds = new Set(numbers.map(({ tenantId }) => tenantId));
  return [...tenantIds].map((tenantId) => {
    const subject = { tenantId, connectionId: null, wabaId, phoneNumberId: null, metadata: null };
    return draft(organizationId, subject, item);
  });
}

function draft(organizationId: string, subject: Subject, item: Item): EventDraft {
  const { type, data } = presentItem(item);
  // `presentItem` pairs types with their data; the subject joins any of them.
  return { event: type, organizationId, data: { ...subject, ...data } } as EventDraft;
}

function unrouted(
  { organizationId, appId, item }: Nobody,
  reason: EventData["webhook.unrouted"]["reason"],
): EventDraft {
  const { wabaId = null, phoneNumberId = null } = item;
  const data = { reason, appId, wabaId, phoneNumberId, update: presentItem(item) };
  return { event: "webhook.unrouted", organizationId, data };
}

interface Nobody {
  readonly organizationId: string;
  readonly appId: string;
  readonly item: Item;
}
