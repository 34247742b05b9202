import { z } from "zod";
import type { App } from "../../app.ts";
import type { RandomBytes } from "../../crypto/random-bytes.ts";
import { Failure } from "../../failure.ts";
import type { MetaApp } from "../../meta-app.ts";
import type { Awaited } from "../awaited.ts";
import { changeWaba } from "../change/change-waba.ts";
import type { ChangeParts } from "../change/commit-change.ts";
import type { ConnectChange } from "../change/intent.ts";
import { findMetaApp } from "../change/tell-meta.ts";
import { type Connection, presentConnection } from "../connection.ts";
import { metadataField, nameField } from "../number-fields.ts";
import type { Acting } from "../owned.ts";
import { momentOf } from "../timers/heartbeat-fields.ts";
import { type ConnectedNumber, tokenPlace, type Waba, type WabaRef } from "../waba.ts";
import { preflightRelay } from "../webhook/preflight-relay.ts";
import { requireNoConflict } from "../webhook/webhook-conflict.ts";
import {
  namesWebhook,
  requireBothFields,
  wantSettings,
  webhookFields,
} from "../webhook/webhook-settings.ts";
import { describeNumber } from "./describe-number.ts";
import { type GrantedNumber, verifyGrant } from "./grant.ts";
import { findHeld } from "./holding.ts";
import { register } from "./register.ts";
import { requestSync } from "./request-sync.ts";

/** One of Meta's ids. */
export const MetaId = z
  .string()
  .regex(/^\d{1,32}$/, "must be one of Meta's ids: a string of digits");
const Past = z.iso.datetime();

/** Connects a number with a token in hand. */
export const Connect = z
  .strictObject({
    tenantId: z.string().min(1).max(128),
    phoneNumberId: MetaId,
    accessToken: z.string().min(1).max(4096),
    /** Discovered from the token when absent. */
    wabaId: MetaId.optional(),
    name: nameField.optional(),
    metadata: metadataField.optional(),
    ...webhookFields,
    /** Six digits: registers the number on the Cloud API with them. Never for coexistence. */
    pin: z
      .string()
      .regex(/^\d{6}$/, "must be six digits")
      .optional(),
    /** Which Meta app the token was issued for; the hub's first one when absent. */
    appId: MetaId.optional(),
    /** `later` answers at once; a job asks Meta, and makes of `pending` what Meta says. */
    verify: z.enum(["now", "later"]).default("now"),
    /** Asks Meta for history and contacts of the WhatsApp Business app, once. */
    requestSync: z.boolean().default(false),
    /** For numbers that come from elsewhere. */
    heartbeatLastConfirmedAt: Past.optional(),
    historySyncTriggeredAt: Past.optional(),
    contactSyncTriggeredAt: Past.optional(),
  })
  .superRefine(requireBothFields)
  .refine(({ verify, wabaId }) => verify === "now" || wabaId !== undefined, {
    path: ["wabaId"],
    message: "is required where verify is later: nobody is asked for it",
  });
export type Connect = z.output<typeof Connect>;

export type ConnectParts = ChangeParts &
  Pick<App, "egress" | "egressPolicy" | "heartbeat"> & {
    /** What a signing secret is made from. */
    readonly random?: RandomBytes;
  };

/** `created` is false when the tenant had connected this number before; the id is the same then. */
export interface Connected {
  readonly created: boolean;
  readonly connection: Connection;
  /** Made for this connection, and shown here only. */
  readonly webhookSigningSecret?: string;
}

/**
 * Verifies a token and its number at Meta, sees to it that the account's webhooks go where they are
 * wanted, and records the connection.
 *
 * @throws {Failure} `invalid_request`, `invalid_webhook_url`, `webhook_preflight_failed`, `waba_in_use`,
 *   `number_in_use`, `waba_webhook_conflict`, and what `changeWaba` throws
 */
export async function connect(
  parts: ConnectParts,
  acting: Acting,
  input: Connect,
): Promise<Connected> {
  const { organizationId } = acting;
  const app = await findMetaApp(parts.metaApps, { organizationId, appId: input.appId });
  const grant = await verifyGrant(app.graph, input);
  const granted = { app, grant, input };
  const { waba, number, created, generatedSecret } = await connectGranted(parts, acting, granted);
  const isToSync = input.requestSync && number.connectionMode === "coexistence";
  const synced = isToSync ? await requestSync(parts, waba, number) : number;
  return {
    created,
    connection: presentConnection(waba, synced, momentOf(parts)),
    ...(generatedSecret !== null && { webhookSigningSecret: generatedSecret }),
  };
}

/** A number that Meta says its token is good for. */
export interface Granted {
  readonly app: MetaApp;
  readonly grant: GrantedNumber;
  readonly input: Connect;
  /** What Meta has still to do about it; nothing when left out. */
  readonly awaits?: Awaited | null;
}

/** A number that has joined its account. */
export interface Joined {
  readonly waba: Waba;
  readonly number: ConnectedNumber;
  /** False when the tenant had connected it before. */
  readonly created: boolean;
  /** The signing secret that was made for the account. */
  readonly generatedSecret: string | null;
}

/** Connects a number that Meta was asked about. @throws {Failure} as `connect` */
export async function connectGranted(
  parts: ConnectParts,
  { organizationId, actor, requestId }: Acting,
  { app, grant, input, awaits = null }: Granted,
): Promise<Joined> {
  const ref = { organizationId, appId: app.appId, wabaId: grant.wabaId };
  let planned: Planned | undefined;
  const { after } = await changeWaba(parts, ref, async (waba) => {
    planned = await plan(parts, { ref, waba, grant, input, awaits });
    await register(app.graph, grant, input);
    return { change: planned.change, author: { actor, requestId } };
  });
  const number = after.numbers.find(({ phoneNumberId }) => phoneNumberId === input.phoneNumberId);
  if (!number || !planned) throw new Failure("not_found");
  const { isNew, generatedSecret } = planned;
  return { waba: after, number, created: isNew, generatedSecret };
}

/** A number that somebody wants for a tenant, and the account as it is. */
export interface Claim {
  readonly ref: WabaRef;
  readonly waba: Waba | undefined;
  readonly input: Connect;
}

/**
 * Whether nobody else has the account or the number, and no other tenant's messages would be diverted.
 *
 * @returns The number as this tenant has it so far, and the settings that are wanted.
 * @throws {Failure} `waba_in_use`, `number_in_use`, `waba_webhook_conflict`, `invalid_request`,
 *   `invalid_webhook_url`
 */
export async function requireFree(parts: ConnectParts, { ref, waba, input }: Claim) {
  if (waba && waba.organizationId !== ref.organizationId) throw new Failure("waba_in_use");
  const before = await findHeld(parts.store, waba, { ...input, ...ref });
  const wanted = namesWebhook(input)
    ? wantSettings(parts, { ref, waba, number: before, input })
    : undefined;
  if (waba && wanted) requireNoConflict(parts.vault, waba, { ...input, ...wanted });
  return { before, wanted };
}

interface Planned {
  readonly change: ConnectChange;
  readonly isNew: boolean;
  readonly generatedSecret: string | null;
}

async function plan(
  parts: ConnectParts,
  { ref, waba, input, grant, awaits }: Claim & Omit<Granted, "app">,
): Promise<Planned> {
  const { before, wanted } = await requireFree(parts, { ref, waba, input });
  const number = describeNumber(
    { input, grant, before, awaits: awaits ?? null },
    parts.clock.now(),
  );
  if (wanted) await preflightRelay(parts, ref, wanted.settings);
  const change: ConnectChange = {
    kind: "connect",
    accessToken: parts.vault.seal(input.accessToken, tokenPlace(ref)),
    tokenExpiresAt: grant.tokenExpiresAt,
    number,
    settings: wanted?.settings ?? null,
  };
  return { change, isNew: !before, generatedSecret: wanted?.generatedSecret ?? null };
}
