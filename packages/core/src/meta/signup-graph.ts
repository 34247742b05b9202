import type { GraphClient } from "./client.ts";
import type { GraphCall } from "./graph-call.ts";
import {
  type AskingApp,
  type CodeExchange,
  exchange,
  fetchBusinessToken,
  readBusinesses,
  readWabaIds,
} from "./signup-requests.ts";

/** The calls of the Graph API around Embedded Signup, for one Meta app. Each fails as `GraphClient.call`. */
export interface SignupGraph {
  /**
   * Buys a business token with a code of Embedded Signup, which lives 30 s and is good for one try.
   *
   * @throws {Failure} `code_exchange_failed` with Meta's subcode 36007 (expired), 36009 (used) or 36008
   *   (another redirect URI); `meta_outcome_unknown` when the code may be spent.
   */
  readonly exchangeCode: (exchange: CodeExchange) => Promise<string>;

  /**
   * The accounts that a token reaches, through the businesses it reaches, for tokens that do not name
   * them: at most the first 100 of each.
   */
  readonly findWabaIds: (input: { readonly token: string }) => Promise<readonly string[]>;

  /** The token of a customer's business, by the system token of the partner that the customer shares with. */
  readonly fetchBusinessToken: (input: {
    readonly businessId: string;
    readonly systemToken: string;
  }) => Promise<string>;
}

const WHOSE = ["owned", "client"] as const;

/** Makes the calls out of a client. */
export function signupGraph(client: Pick<GraphClient, "call">, app: AskingApp): SignupGraph {
  const ask = <Value>(call: GraphCall<Value>) => client.call({ ...call, appSecret: app.appSecret });
  return {
    exchangeCode: async (given) => client.call(exchange(app, given)),
    findWabaIds: async ({ token }) => {
      const { ids } = await ask(readBusinesses(token));
      const pages = ids.flatMap((businessId) =>
        WHOSE.map((whose) => ask(readWabaIds(token, { businessId, whose }))),
      );
      return [...new Set((await Promise.all(pages)).flatMap((page) => page.ids))];
    },
    fetchBusinessToken: async (input) => client.call(fetchBusinessToken(app, input)),
  };
}
