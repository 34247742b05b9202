import { Failure } from "../failure.ts";
import {
  type AppSubscription,
  type AppSubscriptionWish,
  readAppSubscription,
  writeAppSubscription,
} from "./app-subscription.ts";
import type { GraphClient } from "./client.ts";
import type { GraphCall } from "./graph-call.ts";
import type { PhoneNumber, PhoneNumberPage, SubscribedApp, TokenInfo, Waba } from "./nodes.ts";
import type { NumberHealth } from "./number-health.ts";
import {
  ALREADY_REQUESTED,
  readNumberHealth,
  readWebhookConfiguration,
  register,
  type SyncType,
  sync,
  type WebhookConfiguration,
  writeNumberOverride,
} from "./number-requests.ts";
import {
  inspectToken,
  type Override,
  type PhoneNumberAccess,
  readPhoneNumber,
  readPhoneNumbers,
  readSubscribedApps,
  readWaba,
  subscribe,
  unsubscribe,
  type WabaAccess,
} from "./requests.ts";

import { type SignupGraph, signupGraph } from "./signup-graph.ts";

/**
 * The calls of the Graph API that a use case may need, for one Meta app. Every method fails as
 * `GraphClient.call` does; an id that is not digits is a bug in the caller and a `TypeError`.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override
 */
export interface Graph extends SignupGraph {
  /** The Meta app that asks. */
  readonly appId: string;

  /** Who issued a token to whom, and for what. A dead token is an answer here, not a failure. */
  readonly debugToken: (input: { readonly token: string }) => Promise<TokenInfo>;

  /** What the account is called, whether Meta approved it, and which business owns it. */
  readonly getWaba: (access: WabaAccess) => Promise<Waba>;

  /**
   * All numbers of a WABA, newest onboarded first.
   *
   * @throws {Failure} `meta_unavailable` when the list does not end after 20 pages of 100.
   */
  readonly listPhoneNumbers: (access: WabaAccess) => Promise<readonly PhoneNumber[]>;

  /** What the number is called, and how it is used. */
  readonly getPhoneNumber: (access: PhoneNumberAccess) => Promise<PhoneNumber>;

  /** Every app that gets the WABA's webhooks, other companies' included. */
  readonly getSubscribedApps: (access: WabaAccess) => Promise<readonly SubscribedApp[]>;

  /**
   * Makes Meta send the WABA's webhooks to the app. With an override Meta verifies its URL before
   * it answers; **without one, an override in place is removed**: see `planRouting`.
   *
   * @throws {Failure} `webhook_subscribe_failed` when the URL did not pass Meta's verification.
   */
  readonly subscribeApp: (access: WabaAccess, override?: Override) => Promise<void>;

  /** Ends the app's webhooks of the WABA at once; other apps keep theirs. */
  readonly unsubscribeApp: (access: WabaAccess) => Promise<void>;

  /**
   * Sets the callback of one number, which Meta verifies before it answers; `null` removes it. The app
   * has to be subscribed to the number's account.
   *
   * @throws {Failure} `webhook_subscribe_failed` when the URL did not pass Meta's verification.
   */
  readonly setNumberOverride: (
    access: PhoneNumberAccess,
    override: Override | null,
  ) => Promise<void>;

  /** Where the number's messages go, as our app has set it on each level; `null` where it has not. */
  readonly getWebhookConfiguration: (access: PhoneNumberAccess) => Promise<WebhookConfiguration>;

  /** How Meta judges the number, and everything a message of it needs. */
  readonly getNumberHealth: (access: PhoneNumberAccess) => Promise<NumberHealth>;

  /**
   * Brings the number onto the Cloud API. Never for one that is shared with the WhatsApp Business app,
   * and never repeated blindly: ten tries in 72 hours lock the number.
   *
   * @throws {Failure} `meta_rejected` with Meta's code 133005 for a wrong PIN.
   */
  readonly registerNumber: (input: PhoneNumberAccess & { readonly pin: string }) => Promise<void>;

  /**
   * Asks Meta to send what the business shares of its WhatsApp Business app. Safe to repeat: that it
   * was requested before counts as done.
   *
   * @throws {Failure} `meta_rejected` with Meta's code 2593108 later than a day after onboarding.
   */
  readonly requestSync: (input: PhoneNumberAccess & { readonly type: SyncType }) => Promise<void>;

  /** The app's own callback and fields; `null` when it has none. */
  readonly getAppSubscription: () => Promise<AppSubscription | null>;

  /**
   * Sets the app's own callback, which Meta verifies before it answers, and adds fields.
   *
   * @throws {Failure} `webhook_subscribe_failed` when the URL did not pass Meta's verification.
   */
  readonly setAppSubscription: (wish: AppSubscriptionWish) => Promise<void>;
}

/** The Meta app in whose name calls are made. */
export interface GraphApp {
  readonly appId: string;
  readonly appSecret: string;
}

/** A WABA holds a few dozen numbers; this only keeps a broken list from going on for ever. */
const MAX_PAGES = 20;

/** Makes the named calls out of a client. Calls with a customer's token carry the app's proof. */
export function createGraph(
  client: Pick<GraphClient, "call">,
  { appId, appSecret }: GraphApp,
): Graph {
  const ask = <Value>(call: GraphCall<Value>) => client.call({ ...call, appSecret });
  const app = { appId, appSecret, appToken: `${appId}|${appSecret}` };

  return {
    appId,
    debugToken: async ({ token }) => client.call(inspectToken(token, app.appToken)),
    ...signupGraph(client, app),
    getWaba: async (access) => ask(readWaba(access)),
    listPhoneNumbers: async (access) => {
      const numbers: PhoneNumber[] = [];
      let after: string | null = null;
      for (let pages = 0; pages < MAX_PAGES; pages += 1) {
        const page: PhoneNumberPage = await ask(readPhoneNumbers(access, after));
        numbers.push(...page.numbers);
        after = page.nextCursor;
        if (!after) return numbers;
      }
      throw new Failure("meta_unavailable", "Meta's list of phone numbers does not end.");
    },
    getPhoneNumber: async (access) => ask(readPhoneNumber(access)),
    getSubscribedApps: async (access) => ask(readSubscribedApps(access)),
    subscribeApp: async (access, override) => void (await ask(subscribe(access, override))),
    unsubscribeApp: async (access) => void (await ask(unsubscribe(access))),
    setNumberOverride: async (access, override) =>
      void (await ask(writeNumberOverride(access, override))),
    getWebhookConfiguration: async (access) => ask(readWebhookConfiguration(access)),
    getNumberHealth: async (access) => ask(readNumberHealth(access)),
    registerNumber: async (input) => void (await ask(register(input))),
    requestSync: async (input) => void (await ask(sync(input)).catch(acceptRepeat)),
    getAppSubscription: async () => client.call(readAppSubscription(app)),
    setAppSubscription: async (wish) => void (await client.call(writeAppSubscription(app, wish))),
  };
}

/** What was requested before will be sent, or has been. */
function acceptRepeat(error: unknown): void {
  const isRepeat = error instanceof Failure && error.context.meta?.code === ALREADY_REQUESTED;
  if (!isRepeat) throw error;
}
