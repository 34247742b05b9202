import { isLive } from "../connections/change/apply-change.ts";
import { subjectOf } from "../connections/change-number.ts";
import type { Waba } from "../connections/waba.ts";
import type { EventData, EventDraft, Subject } from "../events.ts";
import type { FurthestStatus } from "./effects/furthest-status.ts";
import type { Item } from "./item.ts";
import { presentItem } from "./present.ts";
import type { PresentedItem } from "./update-data.ts";
import type { Whose } from "./whose.ts";

/** Under which app an item came, and who hears of it when it belongs to nobody. */
export interface RoutingContext {
  readonly appId: string;
  readonly defaultOrganizationId: string;
  readonly furthest: FurthestStatus;
}

/**
 * Makes the events of an item: one of its connection, or one for each tenant of the account it is about.
 * What belongs to nobody, or to a suspended number, is `webhook.unrouted`.
 */
export function routeItem(
  context: RoutingContext,
  item: Item,
  { waba, isAboutAccount, numbers }: Whose,
): readonly EventDraft[] {
  const { appId, defaultOrganizationId } = context;
  const nobody = { organizationId: defaultOrganizationId, appId, item };
  const live = numbers.filter(isLive);
  const [number] = live;
  if (!waba || !number) return [unrouted(nobody, "not_connected")];
  if (isAboutAccount) return draftForTenants({ ...waba, numbers: live }, present(context, item));
  const { organizationId } = waba;
  if (number.status === "suspended") {
    return [unrouted({ ...nobody, organizationId }, "suspended")];
  }
  return [draft(organizationId, subjectOf(waba, number), present(context, item))];
}

/** What Meta says about an account concerns each of its tenants once. */
function draftForTenants({ organizationId, wabaId, numbers }: Waba, presented: PresentedItem) {
  const tenantIds = new Set(numbers.map(({ tenantId }) => tenantId));
  return [...tenantIds].map((tenantId) => {
    const subject = { tenantId, connectionId: null, wabaId, phoneNumberId: null, metadata: null };
    return draft(organizationId, subject, presented);
  });
}

/** Who shows how far a message has got goes by `current`, which never goes back. */
function present({ furthest }: RoutingContext, item: Item): PresentedItem {
  const presented = presentItem(item);
  if (presented.type !== "message.status_updated") return presented;
  const current = furthest(item) ?? presented.data.current;
  return { ...presented, data: { ...presented.data, current } };
}

function draft(organizationId: string, subject: Subject, presented: PresentedItem): EventDraft {
  const { type, data } = presented;
  // `presentItem` pairs types with their data; the subject joins any of them.
  return { type, organizationId, data: { ...subject, ...data } } as EventDraft;
}

function unrouted(
  { organizationId, appId, item }: Nobody,
  reason: EventData["webhook.unrouted"]["reason"],
): EventDraft {
  const { wabaId = null, phoneNumberId = null } = item;
  const data = { reason, appId, wabaId, phoneNumberId, update: presentItem(item) };
  return { type: "webhook.unrouted", organizationId, data };
}

interface Nobody {
  readonly organizationId: string;
  readonly appId: string;
  readonly item: Item;
}
