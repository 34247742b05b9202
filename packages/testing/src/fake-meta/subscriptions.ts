import { type AppSubscription, appOf, known, type State } from "./state.ts";
import { WEBHOOK_FIELDS } from "./webhook-fields.ts";

/** Where an app receives its webhooks. */
export interface AppCallbackInput {
  readonly callbackUrl: string;
  /** The first app when left out. */
  readonly appId?: string;
  /** Every field when left out. */
  readonly fields?: readonly string[];
}

/** One app at one WABA. */
export interface SubscriptionInput extends AppSubscription {
  readonly wabaId: string;
  /** The first app when left out. */
  readonly appId?: string;
}

/** Arranges and reads where webhooks go, without a call and without a handshake. */
export interface Subscriptions {
  readonly setAppCallback: (input: AppCallbackInput) => void;
  readonly subscribeApp: (input: SubscriptionInput) => void;
  /** What an app has with a WABA; `undefined` when it is not subscribed. */
  readonly subscriptionOf: (wabaId: string, appId?: string) => AppSubscription | undefined;
  /** The callback an app has set for one number. */
  readonly numberOverrideOf: (phoneNumberId: string, appId?: string) => string | undefined;
}

/** The subscriptions of one Meta. */
export function subscriptions(state: State): Subscriptions {
  const idOf = (appId?: string) => appOf(state, appId).appId;
  return {
    setAppCallback({ appId, callbackUrl, fields = WEBHOOK_FIELDS }) {
      state.callbacks.set(idOf(appId), { callbackUrl, fields, version: "v25.0" });
    },
    subscribeApp({ wabaId, appId, ...subscription }) {
      known(state.wabas, wabaId).apps.set(idOf(appId), subscription);
    },
    subscriptionOf: (wabaId, appId) => known(state.wabas, wabaId).apps.get(idOf(appId)),
    numberOverrideOf: (id, appId) => known(state.numbers, id).overrides.get(idOf(appId)),
  };
}
