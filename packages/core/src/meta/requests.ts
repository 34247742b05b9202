import type { GraphCall } from "./graph-call.ts";
import { nodePath, readCall } from "./graph-node.ts";
import {
  Done,
  PHONE_NUMBER_FIELDS,
  PhoneNumber,
  PhoneNumberPage,
  SubscribedApps,
  TokenInfo,
  WABA_FIELDS,
  Waba,
} from "./nodes.ts";

/** A WhatsApp Business Account, and a token that may act on it. */
export interface WabaAccess {
  /** Digits. */
  readonly wabaId: string;
  readonly token: string;
}

/** A phone number, and a token that may act on it. */
export interface PhoneNumberAccess {
  /** Digits. */
  readonly phoneNumberId: string;
  readonly token: string;
}

/** Where Meta shall send an app's messages of one WABA instead of to the app's own callback. */
export interface Override {
  /** https, at most 200 characters. */
  readonly url: string;
  /** Meta sends it along when it verifies `url`. */
  readonly verifyToken: string;
}

/** The most Meta puts on one page. */
const PAGE_SIZE = 100;

/** `appToken` vouches for the app that asks: the token in question may be dead. */
export function inspectToken(token: string, appToken: string): GraphCall<TokenInfo> {
  return readCall("/debug_token", { input_token: token }, { token: appToken, schema: TokenInfo });
}

/** Name, review and owner. */
export function readWaba({ wabaId, token }: WabaAccess): GraphCall<Waba> {
  return readCall(nodePath(wabaId), { fields: WABA_FIELDS }, { token, schema: Waba });
}

/** `after` is the cursor of the page before, `null` for the first page. */
export function readPhoneNumbers(
  { wabaId, token }: WabaAccess,
  after: string | null,
): GraphCall<PhoneNumberPage> {
  const query = { fields: PHONE_NUMBER_FIELDS, limit: `${PAGE_SIZE}`, ...(after && { after }) };
  return readCall(`${nodePath(wabaId)}/phone_numbers`, query, { token, schema: PhoneNumberPage });
}

/** What the number is called, and how it is used. */
export function readPhoneNumber({
  phoneNumberId,
  token,
}: PhoneNumberAccess): GraphCall<PhoneNumber> {
  const query = { fields: PHONE_NUMBER_FIELDS };
  return readCall(nodePath(phoneNumberId), query, { token, schema: PhoneNumber });
}

/** Every app of the WABA, with its override. */
export function readSubscribedApps({ wabaId, token }: WabaAccess): GraphCall<SubscribedApps> {
  return readCall(subscribedApps(wabaId), {}, { token, schema: SubscribedApps });
}

/** Without an override the call has no body, which to Meta means: and remove the one in place. */
export function subscribe(
  { wabaId, token }: WabaAccess,
  override: Override | undefined,
): GraphCall<Done> {
  const call = { method: "POST", path: subscribedApps(wabaId), token, schema: Done } as const;
  if (!override) return call;
  const { url, verifyToken } = override;
  return { ...call, body: { override_callback_uri: url, verify_token: verifyToken } };
}

/** Ends the webhooks of the app that the token belongs to. */
export function unsubscribe({ wabaId, token }: WabaAccess): GraphCall<Done> {
  return { method: "DELETE", path: subscribedApps(wabaId), token, schema: Done };
}

function subscribedApps(wabaId: string): string {
  return `${nodePath(wabaId)}/subscribed_apps`;
}
