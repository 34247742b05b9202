import { z } from "zod";
import type { App } from "../app.ts";
import { Failure } from "../failure.ts";
import { ensureSubscribed } from "../meta/subscription.ts";
import type { MetaApp } from "../meta-app.ts";
import type { Lease } from "../store/lease.ts";
import { verifyGrant } from "./grant.ts";
import { readHolding } from "./holding.ts";
import { type Claim, type Connected, recordConnection } from "./record-connection.ts";
import { wabaKey } from "./waba.ts";

const MAX_METADATA_BYTES = 8 * 1024;

const MetaId = z.string().regex(/^\d{1,32}$/, "must be one of Meta's ids: a string of digits");

/** Connects a number with a token in hand. */
export const Connect = z.strictObject({
  tenantId: z.string().min(1).max(128),
  phoneNumberId: MetaId,
  accessToken: z.string().min(1).max(4096),
  /** Discovered from the token when absent. */
  wabaId: MetaId.optional(),
  name: z.string().min(1).max(256).optional(),
  metadata: z
    .record(z.string(), z.unknown())
    .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= MAX_METADATA_BYTES, {
      message: "must not exceed 8 KiB as JSON",
    })
    .optional(),
  /** Which of the hub's Meta apps the token was issued for; the first one when absent. */
  appId: MetaId.optional(),
});
export type Connect = z.infer<typeof Connect>;

export type ConnectParts = Pick<App, "store" | "leases" | "clock" | "vault" | "metaApps">;

/**
 * Verifies a token and its number at Meta, subscribes our app to the account's webhooks, and records
 * the connection. Meta is asked first and every step is safe to repeat, so a crash in between leaves
 * nothing but a subscription whose updates reach the host as `webhook.unrouted`. Of several changes to
 * one account one at a time is at Meta.
 *
 * @throws {Failure} `invalid_request`, `waba_in_use`, `number_in_use`, `number_ambiguous`,
 *   `connection_busy`, `meta_token_expired`, `meta_rejected`, `meta_unavailable`, `meta_throttled`,
 *   `meta_outcome_unknown`, `store_unavailable`
 */
export async function connect(
  parts: ConnectParts,
  organizationId: string,
  input: Connect,
): Promise<Connected> {
  const app = findApp(parts.metaApps, input.appId);
  const grant = await verifyGrant(app.graph, input);
  const claim = { organizationId, appId: app.appId, grant, input };
  let connected: Connected | undefined;
  while (!connected) {
    connected = await parts.leases.hold(wabaKey(app.appId, grant.wabaId), (lease) =>
      connectHeld({ ...parts, lease }, app, claim),
    );
  }
  return connected;
}

/** `undefined` when somebody else has taken over meanwhile: what Meta was told may not stand. */
async function connectHeld(
  parts: ConnectParts & { readonly lease: Lease },
  { graph }: MetaApp,
  claim: Claim,
): Promise<Connected | undefined> {
  const { grant, input } = claim;
  await readHolding(parts.store, { ...input, ...claim, ...grant });
  const access = { wabaId: grant.wabaId, token: input.accessToken };
  const { override, refusal } = await ensureSubscribed(graph, access);
  if (refusal) throw refusal;
  return recordConnection(parts, { ...claim, override });
}

function findApp(apps: readonly MetaApp[], appId: string | undefined): MetaApp {
  const app = appId === undefined ? apps[0] : apps.find((candidate) => candidate.appId === appId);
  if (app) return app;
  const message = "is not one of the Meta apps this hub was configured with";
  throw new Failure("invalid_request", `appId: ${message}`, {
    context: { fields: [{ path: "appId", message }] },
  });
}
