import { ownerOf } from "./businesses.ts";
import { appOf, known, type State } from "./state.ts";
import { onePayload, type WebhookPayload } from "./webhook-payload.ts";

/** News for the partner about a customer's account; what is left out is looked up. */
export interface PartnerNewsInput {
  readonly wabaId: string;
  /** The customer's portfolio; the account's owner when left out. */
  readonly ownerBusinessId?: string;
  /** Whose partner hears it; the first app's when left out. */
  readonly appId?: string;
  /** Of a solution of several partners. */
  readonly solutionId?: string;
  /** Milliseconds since the epoch; now when left out. */
  readonly at?: number;
}

/** Builds `account_update` notifications about the partner's side of an account. */
export interface PartnerPayloads {
  /** A customer has shared an account: fires at every successful signup. */
  readonly partnerAdded: (input: PartnerNewsInput) => WebhookPayload;
  /** A customer has granted the app its permissions. */
  readonly partnerAppInstalled: (input: PartnerNewsInput) => WebhookPayload;
}

/** The builders of one Meta, which fill in what it knows. */
export function partnerPayloads(state: State): PartnerPayloads {
  return {
    partnerAdded: (input) => news(state, input, { event: "PARTNER_ADDED" }),
    partnerAppInstalled(input) {
      const { appId } = appOf(state, input.appId);
      return news(state, input, { event: "PARTNER_APP_INSTALLED", partner_app_id: appId });
    },
  };
}

/** The entry is the partner's portfolio (webhooks/reference/account_update, 2026-04-20). */
function news(
  state: State,
  { wabaId, ownerBusinessId, appId, solutionId, at = state.clock.now() }: PartnerNewsInput,
  { event, ...more }: Readonly<Record<string, string>>,
): WebhookPayload {
  const { businessId } = appOf(state, appId);
  const waba_info = {
    waba_id: wabaId,
    owner_business_id: ownerBusinessId ?? ownerOf(known(state.wabas, wabaId)),
    ...more,
    ...(solutionId !== undefined && {
      solution_id: solutionId,
      solution_partner_business_ids: [businessId],
    }),
  };
  const entry = { id: businessId, time: Math.floor(at / 1000) };
  return onePayload(entry, { field: "account_update", value: { event, waba_info } });
}
