import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { App } from "../../app.ts";
import { constantTimeEqual } from "../../crypto/hmac.ts";
import type { RandomBytes } from "../../crypto/random-bytes.ts";
import { checkUrl } from "../../egress/url.ts";
import { Failure } from "../../failure.ts";
import type { WebhookSettings } from "../change/intent.ts";
import {
  type ConnectedNumber,
  signingSecretPlace,
  verifyTokenPlace,
  type Waba,
  type WabaRef,
  type Webhook,
} from "../waba.ts";
import { newSecrets } from "./signing-secrets.ts";

/** Meta's longest override URL. */
const MAX_URL_CHARACTERS = 200;

/** What a caller may say about where messages go, and how. */
export const webhookFields = {
  webhookUrl: z.string().min(1).max(MAX_URL_CHARACTERS).optional(),
  /** What the URL's owner expects as `hub.verify_token`. */
  webhookVerifyToken: z
    .string()
    .regex(/^[\x21-\x7e]{1,256}$/, "must be 1 to 256 visible ASCII characters")
    .optional(),
  delivery: z.enum(["direct", "relay", "events"]).optional(),
  overrideScope: z.enum(["waba", "number"]).optional(),
  /** Signs what is relayed; generated, and shown once, when absent. */
  webhookSigningSecret: z.string().min(16).max(256).optional(),
  /** In `direct`: whether what Meta sends to the app alone is forwarded. */
  forwardManagementEvents: z.boolean().optional(),
  /** In `relay`: whether what is about one contact comes in its order, each after the one before it. */
  ordered: z.boolean().optional(),
};
const WebhookInput = z.strictObject(webhookFields);
export type WebhookInput = z.output<typeof WebhookInput>;

/** Whether a caller says anything about the webhook. */
export function namesWebhook(input: WebhookInput): boolean {
  return Object.keys(webhookFields).some((name) => Reflect.get(input, name) !== undefined);
}

/** For schemas: the two belong together. */
export function requireBothFields(
  { webhookUrl, webhookVerifyToken }: WebhookInput,
  context: z.RefinementCtx,
): void {
  const missing =
    webhookUrl === undefined ? "webhookUrl" : !webhookVerifyToken && "webhookVerifyToken";
  if (!missing || (webhookUrl === undefined && webhookVerifyToken === undefined)) return;
  const message = "is required together with the other webhook field";
  context.addIssue({ code: "custom", path: [missing], message });
}

type SettingsParts = Pick<App, "vault" | "egressPolicy" | "clock"> & {
  readonly random?: RandomBytes;
};

/** Where things stand, and what is wanted. */
export interface SettingsWish {
  readonly ref: WabaRef;
  readonly waba: Waba | undefined;
  /** The number it is asked for. */
  readonly number: ConnectedNumber | undefined;
  readonly input: WebhookInput;
}

/** Settings as they are to be, and the signing secret that was made for them. */
export interface WantedSettings {
  readonly settings: WebhookSettings;
  readonly generatedSecret: string | null;
}

/**
 * What the settings of an account become. What is not said stays; a URL without a word on delivery
 * means `direct`, as long as the account did not forward before.
 *
 * @throws {Failure} `invalid_request` `invalid_webhook_url`
 */
export function wantSettings(parts: SettingsParts, wish: SettingsWish): WantedSettings {
  const { waba, input } = wish;
  const overrideScope = input.overrideScope ?? waba?.overrideScope ?? "waba";
  const delivery = input.delivery ?? deliveryWith(waba, input);
  const webhook = delivery === "events" ? noWebhook(input) : wantWebhook(parts, wish);
  const { signingSecrets, generatedSecret } =
    delivery === "relay"
      ? wantSigning(parts, wish)
      : { signingSecrets: waba?.signingSecrets ?? null, generatedSecret: null };
  const forwardManagementEvents =
    input.forwardManagementEvents ?? waba?.forwardManagementEvents ?? true;
  const ordered = input.ordered ?? waba?.ordered ?? false;
  const how = { forwardManagementEvents, ordered };
  const settings = { delivery, overrideScope, webhook, signingSecrets, ...how };
  return { settings, generatedSecret };
}

function deliveryWith(waba: Waba | undefined, { webhookUrl }: WebhookInput) {
  const before = waba?.delivery ?? "events";
  return webhookUrl !== undefined && before === "events" ? "direct" : before;
}

function noWebhook({ webhookUrl }: WebhookInput): null {
  if (webhookUrl === undefined) return null;
  throw wrong("webhookUrl", "goes with delivery direct or relay; events go to webhook endpoints");
}

function wantWebhook(parts: SettingsParts, { ref, waba, number, input }: SettingsWish): Webhook {
  const before = number?.webhook ?? waba?.webhook ?? null;
  const { webhookUrl, webhookVerifyToken: token = "" } = input;
  if (webhookUrl === undefined) {
    if (before) return { ...before, state: "active" };
    throw wrong("webhookUrl", "is needed for this delivery, with webhookVerifyToken");
  }
  const url = readWebhookUrl(parts, "webhookUrl", webhookUrl);
  const place = verifyTokenPlace(ref);
  const isKnown = before && constantTimeEqual(parts.vault.open(before.verifyToken, place), token);
  const verifyToken = isKnown ? before.verifyToken : parts.vault.seal(token, place);
  return { url, verifyToken, state: "active" };
}

/** Reads the URL of a field. @throws {Failure} `invalid_webhook_url`, naming the field */
export function readWebhookUrl(
  { egressPolicy }: Pick<App, "egressPolicy">,
  path: string,
  text: string,
): string {
  try {
    return checkUrl(text, egressPolicy).href;
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    const { code, message } = cause;
    throw new Failure(code, message, {
      cause,
      context: { fields: [{ path, message }] },
    });
  }
}

function wantSigning(parts: SettingsParts, { ref, waba, input }: SettingsWish) {
  const { vault, clock, random = randomBytes } = parts;
  const before = waba?.signingSecrets ?? null;
  const place = signingSecretPlace(ref);
  const given = input.webhookSigningSecret;
  const secret = given ?? newSigningText(random);
  const shown = given === undefined ? secret : null;
  if (before && vault.open(before.current, place) === secret) {
    // Given again; or made by this very request before a crash, and never shown.
    return { signingSecrets: before, generatedSecret: shown };
  }
  if (before && given === undefined) return { signingSecrets: before, generatedSecret: null };
  const signingSecrets = newSecrets(before, vault.seal(secret, place), clock.now());
  return { signingSecrets, generatedSecret: shown };
}

/** 256 bits in hex, the form of Meta's own app secrets. */
export function newSigningText(random: RandomBytes): string {
  return Buffer.from(random(32)).toString("hex");
}

function wrong(path: string, message: string): Failure {
  return new Failure("invalid_request", `${path}: ${message}`, {
    context: { fields: [{ path, message }] },
  });
}
