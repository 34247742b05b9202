import type {
  CallPermissionReplied,
  HistorySynced,
  MessageChange,
  MessageEchoed,
  MessageOf,
  MessageReceived,
  MessageStatusUpdated,
  OfContact,
  Raw,
  StandbyReceived,
} from "./message-data.ts";
import type {
  AccountAlert,
  AccountCapability,
  AccountReview,
  AccountSecurity,
} from "./updates/account-notices.ts";
import type { AccountUpdate } from "./updates/account-update.ts";
import type { CallUpdate } from "./updates/call-update.ts";
import type { ConversionUpdate } from "./updates/conversion-update.ts";
import type { FlowUpdate } from "./updates/flow-update.ts";
import type {
  GroupLifecycle,
  GroupParticipants,
  GroupSettings,
  GroupStatus,
} from "./updates/group-updates.ts";
import type { HandoverUpdate } from "./updates/handover-update.ts";
import type { IdentityChange } from "./updates/identity-change.ts";
import type { PaymentConfiguration, SolutionChange } from "./updates/partner-updates.ts";
import type {
  PhoneName,
  PhoneQuality,
  PhoneSettings,
  PhoneUsername,
} from "./updates/phone-updates.ts";
import type { PreferenceUpdate } from "./updates/preference-update.ts";
import type {
  TemplateCategory,
  TemplateComponents,
  TemplateQuality,
  TemplateStatus,
} from "./updates/template-updates.ts";

/** A contact in the WhatsApp Business app. */
export interface ContactSynced extends OfContact {
  /** `add`, also after a change, or `remove`. */
  readonly action: string;
  readonly fullName: string | null;
  readonly firstName: string | null;
  readonly timestamp: string | null;
}

/** The contact is who the user is now. */
export interface ContactIdentityChanged extends OfContact, IdentityChange {
  /** The system message that told it; `null` for `user_id_update`. */
  readonly message: MessageOf<"system"> | null;
}

/** What Meta tells of a call. */
export interface CallUpdated extends OfContact {
  readonly call: CallUpdate;
}

/** How far a call of ours got: `RINGING`, `ACCEPTED`, `REJECTED`; or another event of a call. */
export interface CallStatusUpdated extends CallUpdated {
  /** The status, else Meta's word for the event, e.g. `call_recording_available`. */
  readonly status: string;
}

/** Something this version has no event for, unchanged. */
export interface WebhookUnknown {
  /** Meta's field; `unknown` where it has none, `unparsable` for a body that is not JSON. */
  readonly field: string;
  /** Meta's `value`, of a list with one element alone; the text of an unparsable body. */
  readonly value: unknown;
}

/** The events that Meta's updates become, and what the `data` of each holds beside whom it concerns. */
export interface UpdateData {
  /** A user wrote, reacted, sent a file, tapped a button. */
  readonly "message.received": MessageReceived;
  /** A message of ours was sent, delivered, read, played, or failed. */
  readonly "message.status_updated": MessageStatusUpdated;
  /** The business wrote in its WhatsApp Business app. */
  readonly "message.echoed": MessageEchoed;
  /** A message has another text; `message.edit.originalMessageId` says which. */
  readonly "message.edited": MessageChange<"edit">;
  /** A message was deleted for everyone; `message.revoke.originalMessageId` says which. */
  readonly "message.revoked": MessageChange<"revoke">;
  /** What was written before the number was connected, up to 100 messages at a time. */
  readonly "history.synced": HistorySynced;
  /** A contact was added in the WhatsApp Business app, changed, or removed. */
  readonly "contact.synced": ContactSynced;
  /** A user has another number, another id, or another device. */
  readonly "contact.identity_changed": ContactIdentityChanged;
  /** A user wants marketing messages, or no more. */
  readonly "contact.preference_changed": OfContact & PreferenceUpdate;
  /** A template was approved, rejected, paused, disabled … */
  readonly "template.status_changed": Raw & TemplateStatus;
  /** A template has another category, or is about to. */
  readonly "template.category_changed": Raw & TemplateCategory;
  readonly "template.quality_changed": Raw & TemplateQuality;
  /** A template was edited. */
  readonly "template.components_changed": Raw & TemplateComponents;
  /** What a number may send has changed. */
  readonly "phone.quality_changed": Raw & PhoneQuality;
  /** Meta has looked at a display name. */
  readonly "phone.name_changed": Raw & PhoneName;
  readonly "phone.settings_changed": Raw & PhoneSettings;
  /** The username of a business number. */
  readonly "phone.username_changed": Raw & PhoneUsername;
  /** An account was shared, removed, restricted, banned, reconnected … */
  readonly "account.updated": Raw & AccountUpdate;
  readonly "account.reviewed": Raw & AccountReview;
  readonly "account.alert": Raw & AccountAlert;
  /** What an account may do has changed. */
  readonly "account.capability_changed": Raw & AccountCapability;
  /** The PIN of a number was changed, or somebody wants it reset. */
  readonly "account.security": Raw & AccountSecurity;
  /** A multi-partner solution. */
  readonly "solution.changed": Raw & SolutionChange;
  /** A payment provider of an account. */
  readonly "payment.configuration_changed": Raw & PaymentConfiguration;
  /** Somebody calls, or has picked up. */
  readonly "call.connected": CallUpdated;
  /** A call has ended, or failed. */
  readonly "call.terminated": CallUpdated;
  /** A call rings, was accepted or rejected; a recording is there. */
  readonly "call.status_updated": CallStatusUpdated;
  /** A user answered whether the business may call. */
  readonly "call.permission_replied": CallPermissionReplied;
  /** A group was made or deleted, or could not be. */
  readonly "group.lifecycle_changed": Raw & { readonly group: GroupLifecycle };
  /** Who came, went, or wants to come; the contact is who asks. */
  readonly "group.participants_changed": OfContact & { readonly group: GroupParticipants };
  readonly "group.settings_changed": Raw & { readonly group: GroupSettings };
  /** A group was suspended, or is no longer. */
  readonly "group.status_changed": Raw & { readonly group: GroupStatus };
  /** A Flow changed its status, or its endpoint fails. */
  readonly "flow.changed": Raw & FlowUpdate;
  /** Another app has the conversation now. */
  readonly "handover.changed": OfContact & HandoverUpdate;
  /** What another app that has the conversation sees and does. */
  readonly "standby.received": StandbyReceived;
  /** Meta found a lead or a purchase in a conversation. */
  readonly "conversion.detected": Raw & { readonly conversion: ConversionUpdate };
  /** Anything Meta sends that this version has no name for: the raw field and value. */
  readonly "webhook.unknown": WebhookUnknown;
}

/** An event about to happen; where it belongs is added by who routes it. Narrows by `type`. */
export type PresentedItem = {
  readonly [Type in keyof UpdateData]: { readonly type: Type; readonly data: UpdateData[Type] };
}[keyof UpdateData];
