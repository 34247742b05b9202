import { identifyContact } from "./contact-identity.ts";
import type { Item } from "./item.ts";
import { isObject, type JsonObject } from "./lenient.ts";
import { recipientOf } from "./party.ts";
import { presentCall, presentCallStatus } from "./present/present-call.ts";
import {
  contactSynced,
  handoverChanged,
  participantsChanged,
  preferenceChanged,
} from "./present/present-contact.ts";
import { historySynced, mediaSynced } from "./present/present-history.ts";
import { presentUserId } from "./present/present-identity.ts";
import { presentEcho, presentMessage } from "./present/present-message.ts";
import { standbyEcho, standbyMessage, standbyStatus } from "./present/present-standby.ts";
import { type Presenter, presentAs } from "./present/presenter.ts";
import { rawOf } from "./raw-of.ts";
import type { PresentedItem } from "./update-data.ts";
import {
  readAccountAlert,
  readAccountCapability,
  readAccountReview,
  readAccountSecurity,
} from "./updates/account-notices.ts";
import { readAccountUpdate } from "./updates/account-update.ts";
import { readConversion } from "./updates/conversion-update.ts";
import { readFlowUpdate } from "./updates/flow-update.ts";
import { readGroupLifecycle, readGroupSettings, readGroupStatus } from "./updates/group-updates.ts";
import { readPaymentConfiguration, readSolutionChange } from "./updates/partner-updates.ts";
import {
  readPhoneName,
  readPhoneQuality,
  readPhoneSettings,
  readPhoneUsername,
} from "./updates/phone-updates.ts";
import { readStatus } from "./updates/status-update.ts";
import {
  readDetectedCategory,
  readTemplateCategory,
  readTemplateComponents,
  readTemplateQuality,
  readTemplateStatus,
} from "./updates/template-updates.ts";

/** What the elements of a field's lists become, by kind. */
const OF_ELEMENTS: Readonly<Record<string, Readonly<Record<string, Presenter>>>> = {
  messages: {
    message: presentMessage,
    status: presentAs("message.status_updated", statusUpdated),
  },
  smb_message_echoes: { echo: presentEcho },
  history: {
    history: presentAs("history.synced", historySynced),
    media: presentAs("history.synced", mediaSynced),
    media_echo: presentAs("history.synced", mediaSynced),
  },
  smb_app_state_sync: { contact: presentAs("contact.synced", contactSynced) },
  user_preferences: { preference: presentAs("contact.preference_changed", preferenceChanged) },
  user_id_update: { user_id: presentUserId },
  calls: { call: presentCall, call_status: presentCallStatus },
  group_lifecycle_update: {
    group: presentAs("group.lifecycle_changed", grouped(readGroupLifecycle)),
  },
  group_participants_update: {
    group: presentAs("group.participants_changed", participantsChanged),
  },
  group_settings_update: { group: presentAs("group.settings_changed", grouped(readGroupSettings)) },
  group_status_update: { group: presentAs("group.status_changed", grouped(readGroupStatus)) },
  standby: {
    message: presentAs("standby.received", standbyMessage),
    echo: presentAs("standby.received", standbyEcho),
    status: presentAs("standby.received", standbyStatus),
  },
  automatic_events: { conversion: presentAs("conversion.detected", conversionDetected) },
};

/** What the value of a field becomes. */
const OF_VALUES: Readonly<Record<string, Presenter>> = {
  message_template_status_update: presentAs("template.status_changed", readTemplateStatus),
  template_category_update: presentAs("template.category_changed", readTemplateCategory),
  template_correct_category_detection: presentAs("template.category_changed", readDetectedCategory),
  message_template_quality_update: presentAs("template.quality_changed", readTemplateQuality),
  message_template_components_update: presentAs(
    "template.components_changed",
    readTemplateComponents,
  ),
  phone_number_quality_update: presentAs("phone.quality_changed", readPhoneQuality),
  phone_number_name_update: presentAs("phone.name_changed", readPhoneName),
  account_settings_update: presentAs("phone.settings_changed", readPhoneSettings),
  business_username_updates: presentAs("phone.username_changed", readPhoneUsername),
  account_update: presentAs("account.updated", readAccountUpdate),
  account_review_update: presentAs("account.reviewed", readAccountReview),
  account_alerts: presentAs("account.alert", readAccountAlert),
  business_capability_update: presentAs("account.capability_changed", readAccountCapability),
  security: presentAs("account.security", readAccountSecurity),
  partner_solutions: presentAs("solution.changed", readSolutionChange),
  payment_configuration_update: presentAs(
    "payment.configuration_changed",
    readPaymentConfiguration,
  ),
  flows: presentAs("flow.changed", readFlowUpdate),
  messaging_handovers: presentAs("handover.changed", handoverChanged),
};

const presenters: ReadonlyMap<string, ReadonlyMap<string, Presenter>> = new Map([
  ...Object.entries(OF_ELEMENTS).map(
    ([field, byKind]) => [field, new Map(Object.entries(byKind))] as const,
  ),
  ...Object.entries(OF_VALUES).map(
    ([field, presenter]) => [field, new Map([[field, presenter]])] as const,
  ),
]);

/**
 * What the host and its customers are told about an update: its event type and JSON data. Never
 * throws; what it cannot type is `webhook.unknown` with the raw value.
 */
export function presentItem(item: Item): PresentedItem {
  const { field, value } = item;
  const raw = rawOf(item);
  const present = presenters.get(field)?.get(item.kind);
  const presented =
    present && isObject(value) && isObject(raw) ? present({ item, value, raw }) : undefined;
  return presented ?? { type: "webhook.unknown", data: { field, value: raw } };
}

function statusUpdated(value: JsonObject, item: Item) {
  const status = readStatus(value);
  const contact = identifyContact(recipientOf(value), item.contact);
  return status && { status, contact, current: status.status };
}

function conversionDetected(value: JsonObject) {
  const conversion = readConversion(value);
  return conversion && { conversion };
}

function grouped<Group>(read: (value: JsonObject) => Group | undefined) {
  return (value: JsonObject) => {
    const group = read(value);
    return group && { group };
  };
}
