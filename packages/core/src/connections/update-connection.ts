import { z } from "zod";
import { auditing } from "../access/audit/audit-log.ts";
import { changeNumber } from "./change-number.ts";
import type { ConnectParts } from "./connect/connect.ts";
import { Connection, presentConnection } from "./connection.ts";
import { metadataField, nameField } from "./number-fields.ts";
import { type Acting, requireOwned } from "./owned.ts";
import { momentOf } from "./timers/heartbeat-fields.ts";
import { ChangedWebhook, changeWebhook } from "./webhook/change-webhook.ts";
import { namesWebhook, requireBothFields, webhookFields } from "./webhook/webhook-settings.ts";

/** What of a connection changes; what is not said stays. */
export const UpdateConnection = z
  .strictObject({
    ...webhookFields,
    /** `null` for the verified name. */
    name: nameField.nullable().optional(),
    /** Replaced as a whole. */
    metadata: metadataField.nullable().optional(),
  })
  .superRefine(requireBothFields)
  .refine((input) => Object.values(input).some((value) => value !== undefined), {
    message: "says nothing to change: give webhookUrl and webhookVerifyToken, name, or metadata",
  });
export type UpdateConnection = z.output<typeof UpdateConnection>;

/** The webhook, where it was changed; else the connection. */
export const UpdatedConnection = z.union([ChangedWebhook, Connection]);
export type UpdatedConnection = z.infer<typeof UpdatedConnection>;

/**
 * Changes a connection. Its webhook is the account's and fans out to the siblings; name and metadata are
 * its own.
 *
 * @throws {Failure} `not_found`, and for the webhook what `changeWebhook` throws
 */
export async function updateConnection(
  parts: ConnectParts,
  acting: Acting,
  { connectionId, input }: { readonly connectionId: string; readonly input: UpdateConnection },
): Promise<UpdatedConnection> {
  const { waba, number } = await requireOwned(parts.store, acting, connectionId);
  const { name, metadata, ...webhook } = input;
  const describing = {
    ...(name !== undefined && { name: name ?? number.verifiedName }),
    ...(metadata !== undefined && { metadata }),
  };
  if (namesWebhook(webhook)) {
    const { organizationId, appId, wabaId } = waba.value;
    const ref = { organizationId, appId, wabaId };
    const target = { ref, connectionId, describing };
    return changeWebhook(parts, acting, { target, input: webhook });
  }
  const now = parts.clock.now();
  const { actor, requestId, organizationId } = acting;
  const changed = await changeNumber(parts, { owner: acting, connectionId }, async (owned) => ({
    number: { ...owned.number, ...describing, updatedAt: now },
    drafts: [],
    with: await auditing(parts, {
      organizationId,
      actor,
      requestId,
      action: "connection.described",
      subject: { connectionId, wabaId: owned.waba.value.wabaId, tenantId: owned.number.tenantId },
    }),
  }));
  return presentConnection(changed.waba, changed.number, momentOf(parts));
}
