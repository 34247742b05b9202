import type { Reseal } from "../../crypto/reseal.ts";
import type { Vault } from "../../crypto/vault.ts";
import {
  type ConnectedNumber,
  pendingRequestPlace,
  registrationPinPlace,
  type SigningSecrets,
  signingSecretPlace,
  tokenPlace,
  verifyTokenPlace,
  type Waba,
  type WabaRef,
  type Webhook,
} from "../waba.ts";
import type { Intent, WabaChange, WebhookSettings } from "./intent.ts";

/** Passes one secret through the vault, each at its place in the account. */
interface Rewraps {
  readonly token: (sealed: string) => string;
  readonly verifyToken: (sealed: string) => string;
  readonly signing: (sealed: string) => string;
  readonly pendingRequest: (sealed: string, connectionId: string) => string;
  readonly pin: (sealed: string, connectionId: string) => string;
}

/** Every secret of an account, also those of a change that is not finished. */
export const resealWaba: Reseal<Waba> = (waba, rewrap) => {
  const rewraps = rewrapsOf(waba, rewrap);
  return {
    ...waba,
    accessToken: rewraps.token(waba.accessToken),
    webhook: resealWebhook(waba.webhook, rewraps),
    signingSecrets: resealSigning(waba.signingSecrets, rewraps),
    numbers: waba.numbers.map((number) => resealNumber(number, rewraps)),
    intent: resealIntent(waba.intent, rewraps),
  };
};

function rewrapsOf(waba: WabaRef, rewrap: Vault["rewrap"]): Rewraps {
  return {
    token: (sealed) => rewrap(sealed, tokenPlace(waba)),
    verifyToken: (sealed) => rewrap(sealed, verifyTokenPlace(waba)),
    signing: (sealed) => rewrap(sealed, signingSecretPlace(waba)),
    pendingRequest: (sealed, id) => rewrap(sealed, pendingRequestPlace(waba, id)),
    pin: (sealed, id) => rewrap(sealed, registrationPinPlace(waba, id)),
  };
}

function resealWebhook(webhook: Webhook | null, { verifyToken }: Rewraps): Webhook | null {
  return webhook && { ...webhook, verifyToken: verifyToken(webhook.verifyToken) };
}

function resealSigning(secrets: SigningSecrets | null, { signing }: Rewraps) {
  if (!secrets) return null;
  const { current, previous } = secrets;
  return { ...secrets, current: signing(current), previous: previous && signing(previous) };
}

function resealNumber(number: ConnectedNumber, rewraps: Rewraps): ConnectedNumber {
  const { pendingRequest, registrationPin, connectionId } = number;
  return {
    ...number,
    webhook: resealWebhook(number.webhook, rewraps),
    pendingRequest: pendingRequest && rewraps.pendingRequest(pendingRequest, connectionId),
    registrationPin: registrationPin && rewraps.pin(registrationPin, connectionId),
  };
}

function resealSettings<Settings extends WebhookSettings | null>(
  settings: Settings,
  rewraps: Rewraps,
): Settings {
  return (
    settings && {
      ...settings,
      webhook: resealWebhook(settings.webhook, rewraps),
      signingSecrets: resealSigning(settings.signingSecrets, rewraps),
    }
  );
}

function resealIntent(intent: Intent | null, rewraps: Rewraps): Intent | null {
  return intent && { ...intent, change: resealChange(intent.change, rewraps) };
}

function resealChange(change: WabaChange, rewraps: Rewraps): WabaChange {
  if (change.kind === "webhook") {
    return { ...change, settings: resealSettings(change.settings, rewraps) };
  }
  if (change.kind === "token") {
    return { ...change, accessToken: rewraps.token(change.accessToken) };
  }
  if (change.kind === "signing") {
    const signingSecrets = resealSigning(change.signingSecrets, rewraps);
    return { ...change, signingSecrets: signingSecrets ?? change.signingSecrets };
  }
  if (change.kind !== "connect") return change;
  return {
    ...change,
    accessToken: rewraps.token(change.accessToken),
    number: resealNumber(change.number, rewraps),
    settings: resealSettings(change.settings, rewraps),
  };
}
