import type { State } from "./state.ts";
import { wamid } from "./wamid.ts";
import { batch, onePayload, type WebhookPayload } from "./webhook-payload.ts";

/** Which number a notification is about; the WABA is looked up when this Meta knows the number. */
export interface AboutNumber {
  readonly phoneNumberId: string;
  readonly wabaId?: string;
  /** Milliseconds since the epoch; now when left out. */
  readonly at?: number;
  /** The message id; generated when left out. */
  readonly id?: string;
  /** The customer's business-scoped user id; derived from the phone number when left out. */
  readonly userId?: string;
}

/** A text a customer wrote. */
export interface TextMessageInput extends AboutNumber {
  /** Digits; left out, the customer shows only a business-scoped user id. */
  readonly from?: string;
  readonly body: string;
  /** The customer's profile name. */
  readonly name?: string;
}

/** What became of a message the business sent. */
export interface StatusInput extends AboutNumber {
  readonly id: string;
  readonly status: "sent" | "delivered" | "read" | "played" | "failed";
  /** The customer's digits. */
  readonly recipient?: string;
  readonly bizOpaqueCallbackData?: string;
  /** On `failed`. */
  readonly errors?: readonly object[];
}

/** A text the business wrote in the WhatsApp Business app. */
export interface EchoInput extends AboutNumber {
  /** Digits. */
  readonly to: string;
  readonly body: string;
}

/** News about an account, such as `account_update`. */
export interface ChangeInput {
  readonly wabaId: string;
  readonly field: string;
  readonly value: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch; now when left out. */
  readonly at?: number;
}

/** Builds notifications in the shapes of Graph v25. They are sent by `send` or `deliver`. */
export interface Payloads {
  readonly textMessage: (input: TextMessageInput) => WebhookPayload;
  readonly status: (input: StatusInput) => WebhookPayload;
  readonly echo: (input: EchoInput) => WebhookPayload;
  readonly change: (input: ChangeInput) => WebhookPayload;
  /** Several notifications as one. */
  readonly batch: (payloads: readonly WebhookPayload[]) => WebhookPayload;
}

/** The builders of one Meta, which fill in what it knows. */
export function payloads(state: State): Payloads {
  return {
    textMessage: (input) => textMessage(state, input),
    status: (input) => status(state, input),
    echo: (input) => echo(state, input),
    change({ wabaId, field, value, at = state.clock.now() }) {
      return onePayload({ id: wabaId, time: Math.floor(at / 1000) }, { field, value });
    },
    batch,
  };
}

function textMessage(state: State, input: TextMessageInput): WebhookPayload {
  const { from, body, name = "Sheena Nelson", userId = userIdOf(from) } = input;
  const id = input.id ?? wamid(from ?? userId, { ordinal: state.count("message"), inbound: true });
  const message = {
    ...(from && { from }),
    from_user_id: userId,
    id,
    timestamp: timestamp(state, input),
    type: "text",
    text: { body },
  };
  const contact = { profile: { name }, ...(from && { wa_id: from }), user_id: userId };
  return about(state, input, { field: "messages", contacts: [contact], messages: [message] });
}

function status(state: State, input: StatusInput): WebhookPayload {
  const { id, recipient, errors, bizOpaqueCallbackData, userId = userIdOf(recipient) } = input;
  const failed = input.status === "failed";
  const status = {
    id,
    status: input.status,
    timestamp: timestamp(state, input),
    ...(recipient && { recipient_id: recipient }),
    ...(!failed && { recipient_user_id: userId }),
    ...(input.status === "sent" && { pricing: PRICING }),
    ...(bizOpaqueCallbackData && { biz_opaque_callback_data: bizOpaqueCallbackData }),
    ...(errors && { errors }),
  };
  const contact = { profile: {}, ...(recipient && { wa_id: recipient }), user_id: userId };
  const contacts = failed ? {} : { contacts: [contact] };
  return about(state, input, { field: "messages", ...contacts, statuses: [status] });
}

function echo(state: State, input: EchoInput): WebhookPayload {
  const { to, body, userId = userIdOf(to) } = input;
  const id = input.id ?? wamid(to, { ordinal: state.count("message"), inbound: false });
  const message = {
    from: displayDigits(state, input.phoneNumberId),
    to,
    to_user_id: userId,
    id,
    timestamp: timestamp(state, input),
    type: "text",
    text: { body },
  };
  const contact = { profile: { name: "Sheena Nelson" }, wa_id: to, user_id: userId };
  return about(state, input, {
    field: "smb_message_echoes",
    contacts: [contact],
    message_echoes: [message],
  });
}

const PRICING = { billable: true, pricing_model: "PMP", type: "regular", category: "service" };

/** A messages-like notification: the value starts with product and number. */
function about(
  state: State,
  { phoneNumberId, wabaId }: AboutNumber,
  { field, ...value }: Readonly<Record<string, unknown>> & { readonly field: string },
): WebhookPayload {
  const account = wabaId ?? state.numbers.get(phoneNumberId)?.wabaId;
  if (!account)
    throw new Error(`Name the wabaId: number ${phoneNumberId} is not one of this Meta.`);
  const metadata = {
    display_phone_number: displayDigits(state, phoneNumberId),
    phone_number_id: phoneNumberId,
  };
  return onePayload(
    { id: account },
    { field, value: { messaging_product: "whatsapp", metadata, ...value } },
  );
}

function displayDigits({ numbers }: State, phoneNumberId: string): string {
  const display = numbers.get(phoneNumberId)?.fields.display_phone_number;
  return String(display ?? "15550100142").replace(/\D/g, "");
}

function userIdOf(phone = "00000000000"): string {
  return `US.1357420${phone}`;
}

function timestamp({ clock }: State, { at = clock.now() }: AboutNumber): string {
  return String(Math.floor(at / 1000));
}
