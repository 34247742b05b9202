import { appOf, type MetaApp, type State } from "./state.ts";
import { OVERRIDABLE_FIELDS } from "./webhook-fields.ts";
import {
  batch,
  type WebhookChange,
  type WebhookEntry,
  type WebhookPayload,
} from "./webhook-payload.ts";

/** What one app is to receive at one URL. */
export interface Destination {
  readonly app: MetaApp;
  readonly url: string;
  readonly payload: WebhookPayload;
}

interface Routed {
  readonly app: MetaApp;
  readonly url: string;
  readonly entry: WebhookEntry;
}

/**
 * Where Meta sends a notification (webhooks/override): for each app that is subscribed to the WABA and
 * the field, number override → WABA override → app callback; fields that know no override go to the
 * app. News about the partner itself needs no subscription to a WABA and goes to `appId`, by default
 * the first app.
 *
 * @param appId Considers this app alone.
 */
export function destinations(
  state: State,
  payload: WebhookPayload,
  appId?: string,
): readonly Destination[] {
  const routed = payload.entry.flatMap((entry) =>
    entry.changes.flatMap((change) =>
      subscribers(state, { wabaId: entry.id, change, appId }).flatMap((app): Routed[] => {
        const url = urlFor(state, app, { wabaId: entry.id, change });
        return url === undefined ? [] : [{ app, url, entry: { ...entry, changes: [change] } }];
      }),
    ),
  );
  const groups = Map.groupBy(routed, ({ app, url }) => `${app.appId} ${url}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const entry = group.map((part) => part.entry);
    return first
      ? [{ app: first.app, url: first.url, payload: batch([{ ...payload, entry }]) }]
      : [];
  });
}

interface Located {
  readonly wabaId: string;
  readonly change: WebhookChange;
}

function subscribers(
  state: State,
  { wabaId, change, appId }: Located & { readonly appId: string | undefined },
): readonly MetaApp[] {
  const apps = isPartnerNews(change)
    ? [appOf(state, appId)]
    : [...(state.wabas.get(wabaId)?.apps.keys() ?? [])].map((id) => appOf(state, id));
  return apps
    .filter((app) => appId === undefined || app.appId === appId)
    .filter((app) => state.callbacks.get(app.appId)?.fields.includes(change.field) ?? true);
}

/** News whose entry is the partner's portfolio (webhooks/reference/account_update, partner_solutions). */
function isPartnerNews({ field, value }: WebhookChange): boolean {
  if (field === "partner_solutions") return true;
  const event = String(value.event);
  return field === "account_update" && "waba_info" in value && PARTNER_EVENTS.test(event);
}

const PARTNER_EVENTS = /^(?:PARTNER_|AD_ACCOUNT_LINKED$|MM_LITE_TERMS_SIGNED$)/;

function urlFor(state: State, { appId }: MetaApp, { wabaId, change }: Located) {
  const callback = state.callbacks.get(appId)?.callbackUrl;
  if (!OVERRIDABLE_FIELDS.has(change.field)) return callback;
  const ofNumber = state.numbers.get(numberIn(change) ?? "")?.overrides.get(appId);
  const ofWaba = state.wabas.get(wabaId)?.apps.get(appId)?.overrideCallbackUri;
  return ofNumber ?? ofWaba ?? callback;
}

/** Where messages-like, settings and hand-over values each keep the number's id. */
const NUMBER_HOLDERS = ["metadata", "phone_number_settings", "recipient"];

function numberIn({ value }: WebhookChange): string | undefined {
  for (const holder of NUMBER_HOLDERS) {
    const { phone_number_id } = Object(value[holder]);
    if (typeof phone_number_id === "string") return phone_number_id;
  }
  return undefined;
}
