import { z } from "zod";
import { Failure } from "../../failure.ts";
import { isLive } from "../change/apply-change.ts";
import { changeWaba } from "../change/change-waba.ts";
import { affectedBy } from "../change/events-of-change.ts";
import type { WebhookChange, WebhookSettings } from "../change/intent.ts";
import type { ConnectParts } from "../connect/connect.ts";
import { requireTenantsOf } from "../find-waba.ts";
import type { Acting } from "../owned.ts";
import type { ConnectedNumber, Waba, WabaRef } from "../waba.ts";
import { preflightRelay } from "./preflight-relay.ts";
import {
  namesWebhook,
  requireBothFields,
  type WebhookInput,
  wantSettings,
  webhookFields,
} from "./webhook-settings.ts";

/** Where an account's messages go from now on. */
export const ChangeWebhook = z
  .strictObject(webhookFields)
  .superRefine(requireBothFields)
  .refine(namesWebhook, "says nothing to change: give webhookUrl and webhookVerifyToken");

/** What a change of the webhook answers. */
export const ChangedWebhook = z.strictObject({
  connectionId: z.string(),
  wabaId: z.string(),
  webhookUrl: z.string().nullable(),
  affectedConnectionIds: z.array(z.string()),
  /** In `relay`, when one was made for this change: shown here only. */
  webhookSigningSecret: z.string().optional(),
});
export type ChangedWebhook = z.infer<typeof ChangedWebhook>;

/** Which account, asked for through which of its connections, `null` for none in particular. */
export interface WebhookTarget {
  readonly ref: WabaRef;
  readonly connectionId: string | null;
  readonly describing: WebhookChange["describing"];
}

/**
 * Sends an account's messages elsewhere, Meta first. All its connections follow, or one alone where
 * each number has a webhook of its own.
 *
 * @throws {Failure} `not_found`, `connection_not_active`, `forbidden`, `invalid_request`,
 *   `invalid_webhook_url`, `webhook_preflight_failed`, and what `changeWaba` throws, above all
 *   `webhook_subscribe_failed`
 */
export async function changeWebhook(
  parts: ConnectParts,
  acting: Acting,
  { target, input }: { readonly target: WebhookTarget; readonly input: WebhookInput },
): Promise<ChangedWebhook> {
  const { ref, connectionId, describing } = target;
  let generatedSecret: string | null = null;
  const { after } = await changeWaba(parts, ref, async (waba) => {
    if (!waba || waba.organizationId !== acting.organizationId) throw new Failure("not_found");
    const number = requireTarget(waba, connectionId);
    const wanted = wantSettings(parts, { ref, waba, number, input });
    if (!isOnlyOfNumber(waba, wanted.settings)) requireTenantsOf(waba, acting);
    await preflightRelay(parts, ref, wanted.settings);
    generatedSecret = wanted.generatedSecret;
    const { actor, requestId } = acting;
    const change = {
      kind: "webhook" as const,
      connectionId,
      settings: wanted.settings,
      describing,
    };
    return { change, author: { actor, requestId } };
  });
  const affected = affectedBy(after, connectionId);
  const shown = affected.find((number) => number.connectionId === connectionId) ?? affected[0];
  const webhook = after.overrideScope === "number" ? shown?.webhook : after.webhook;
  return {
    connectionId: shown?.connectionId ?? "",
    wabaId: after.wabaId,
    webhookUrl: webhook?.url ?? null,
    affectedConnectionIds: affected.map((number) => number.connectionId),
    ...(generatedSecret !== null && { webhookSigningSecret: generatedSecret }),
  };
}

function requireTarget(waba: Waba, connectionId: string | null): ConnectedNumber | undefined {
  if (connectionId === null && !waba.numbers.some(isLive)) throw new Failure("not_found");
  const number = waba.numbers.find((candidate) => candidate.connectionId === connectionId);
  if (connectionId !== null && !number) throw new Failure("not_found");
  if (number && !isLive(number)) throw new Failure("connection_not_active");
  return number;
}

/** Siblings with webhooks of their own are not concerned. */
function isOnlyOfNumber(waba: Waba, { overrideScope, delivery }: WebhookSettings): boolean {
  const isOwn = waba.overrideScope === "number" && overrideScope === "number";
  return isOwn && waba.delivery === delivery;
}
