import type { Vault } from "../../crypto/vault.ts";
import { Failure, type FailureContext } from "../../failure.ts";
import { isLive } from "../change/apply-change.ts";
import type { WebhookSettings } from "../change/intent.ts";
import { verifyTokenPlace, type Waba, type Webhook } from "../waba.ts";

/**
 * A tenant that brings a number to an account may set its webhook anew; not where other tenants have
 * numbers in it that this would divert.
 *
 * @throws {Failure} `waba_webhook_conflict`, with what differs, and the URL in place: both belong to
 *   the same organization.
 */
export function requireNoConflict(
  vault: Pick<Vault, "open">,
  waba: Waba,
  { tenantId, settings }: { readonly tenantId: string; readonly settings: WebhookSettings },
): void {
  const others = waba.numbers.filter(isLive).filter((number) => number.tenantId !== tenantId);
  if (others.length === 0 || settings.overrideScope === "number") return;
  const textOf = (webhook: Webhook | null) =>
    webhook && vault.open(webhook.verifyToken, verifyTokenPlace(waba));
  const isOtherUrl = waba.webhook?.url !== settings.webhook?.url;
  const isOtherToken = textOf(waba.webhook) !== textOf(settings.webhook);
  const isOtherDelivery = waba.delivery !== settings.delivery;
  if (!isOtherUrl && !isOtherToken && !isOtherDelivery) return;
  const mismatch = mismatchOf(isOtherUrl || isOtherDelivery, isOtherToken);
  const context = { mismatch, ...(waba.webhook && { webhookUrl: waba.webhook.url }) };
  throw new Failure("waba_webhook_conflict", undefined, { context });
}

function mismatchOf(
  isOtherUrl: boolean,
  isOtherToken: boolean,
): NonNullable<FailureContext["mismatch"]> {
  if (isOtherUrl && isOtherToken) return "both";
  return isOtherUrl ? "url" : "verify_token";
}
