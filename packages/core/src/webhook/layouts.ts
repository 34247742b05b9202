import type { JsonObject } from "./lenient.ts";
import {
  addresseeOf,
  callPartyOf,
  type Party,
  recipientOf,
  senderOf,
  sentTo,
  userOf,
} from "./party.ts";

/** A list whose elements are updates of their own. */
export interface ListLayout {
  readonly list: string;
  /** What its elements are called, e.g. in their identity. */
  readonly kind: string;
  /** The person an element is about; `business` is the display number it came to. */
  readonly partyOf: (element: JsonObject, business: string | undefined) => Party | undefined;
  /** Whether Meta's `id` of an element is its name. */
  readonly isNamed: boolean;
  /** Beside elements of the other lists it belongs to them. */
  readonly isBeside?: boolean;
}

/** How the value of a field is read. */
export interface FieldLayout {
  /** The name in the value that the lists stand under; `undefined` for the value itself. */
  readonly within: string | undefined;
  readonly lists: readonly ListLayout[];
}

const nobody = () => undefined;
const messages = { list: "messages", kind: "message", partyOf: senderOf, isNamed: true };
const statuses = { list: "statuses", kind: "status", partyOf: recipientOf, isNamed: true };
const echoes = { list: "message_echoes", kind: "echo", partyOf: addresseeOf, isNamed: true };
const errors = { list: "errors", kind: "error", partyOf: nobody, isNamed: false };
const groups = fieldOf({ list: "groups", kind: "group", partyOf: userOf, isNamed: false });

function fieldOf(...lists: readonly ListLayout[]): FieldLayout {
  return { within: undefined, lists };
}

/**
 * The fields whose values hold lists of updates. Values of all others, and those without any of their
 * lists, are one update.
 *
 * Source: WhatsApp webhooks reference, the page of each field.
 */
export const LAYOUTS: ReadonlyMap<string, FieldLayout> = new Map([
  ["messages", fieldOf(messages, statuses, errors)],
  ["smb_message_echoes", fieldOf(echoes)],
  [
    "history",
    fieldOf(
      { list: "history", kind: "history", partyOf: nobody, isNamed: false },
      { ...messages, kind: "media" },
      { ...echoes, kind: "media_echo" },
    ),
  ],
  [
    "calls",
    fieldOf(
      { list: "calls", kind: "call", partyOf: callPartyOf, isNamed: true },
      { ...statuses, kind: "call_status" },
      { ...errors, isBeside: true },
    ),
  ],
  [
    "smb_app_state_sync",
    fieldOf({ list: "state_sync", kind: "contact", partyOf: nobody, isNamed: false }),
  ],
  [
    "user_preferences",
    fieldOf({ list: "user_preferences", kind: "preference", partyOf: userOf, isNamed: false }),
  ],
  [
    "user_id_update",
    fieldOf({ list: "user_id_update", kind: "user_id", partyOf: userOf, isNamed: false }),
  ],
  ["group_lifecycle_update", groups],
  ["group_participants_update", groups],
  ["group_settings_update", groups],
  ["group_status_update", groups],
  [
    "automatic_events",
    fieldOf({ list: "automatic_events", kind: "conversion", partyOf: nobody, isNamed: true }),
  ],
  [
    "standby",
    {
      within: "standby",
      lists: [messages, { ...echoes, partyOf: sentTo }, statuses],
    },
  ],
]);
