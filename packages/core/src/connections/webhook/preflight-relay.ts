import { randomBytes } from "node:crypto";
import type { App } from "../../app.ts";
import type { WebhookSettings } from "../change/intent.ts";
import { verifyTokenPlace, type WabaRef } from "../waba.ts";
import { newChallenge, requirePreflight } from "./preflight.ts";

/**
 * Asks the tenant's endpoint whether it expects us, as Meta asks in `direct`.
 *
 * @throws {Failure} `webhook_preflight_failed` with what is wrong
 */
export async function preflightRelay(
  { egress, vault }: Pick<App, "egress" | "vault">,
  ref: WabaRef,
  { delivery, webhook }: WebhookSettings,
): Promise<void> {
  if (delivery !== "relay" || !webhook) return;
  const verifyToken = vault.open(webhook.verifyToken, verifyTokenPlace(ref));
  await requirePreflight(egress, {
    url: webhook.url,
    verifyToken,
    challenge: newChallenge(randomBytes),
  });
}
