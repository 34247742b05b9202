import { Failure } from "../failure.ts";
import type { GraphClient } from "./client.ts";
import type { GraphCall } from "./graph-call.ts";
import type { PhoneNumber, PhoneNumberPage, SubscribedApp, TokenInfo, Waba } from "./nodes.ts";
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

/**
 * The calls of the Graph API that a use case may need, for one Meta app. Every method fails as
 * `GraphClient.call` does; an id that is not digits is a bug in the caller and a `TypeError`.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override
 */
export interface Graph {
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
   * it answers; **without one, an override in place is removed**: see `ensureSubscribed`.
   *
   * @throws {Failure} `webhook_subscribe_failed` when the URL did not pass Meta's verification.
   */
  readonly subscribeApp: (access: WabaAccess, override?: Override) => Promise<void>;

  /** Ends the app's webhooks of the WABA at once; other apps keep theirs. */
  readonly unsubscribeApp: (access: WabaAccess) => Promise<void>;
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

  return {
    appId,
    debugToken: async ({ token }) => client.call(inspectToken(token, `${appId}|${appSecret}`)),
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
  };
}
