import { z } from "zod";
import type { GraphCall } from "./graph-call.ts";
import { nodePath, readCall } from "./graph-node.ts";
import { text } from "./lenient.ts";
import { Done } from "./nodes.ts";

/** The only object whose webhooks concern us. */
const OBJECT = "whatsapp_business_account";

/** What an app has told Meta about its own webhooks; `null` when it has told nothing. */
export const AppSubscription = z
  .object({
    data: z.array(
      z.object({
        object: z.string(),
        callback_url: text,
        active: z.boolean().nullish().catch(null),
        // Older versions list bare names.
        fields: z.array(
          z.union([
            z.string().transform((name) => ({ name, version: null })),
            z.object({ name: z.string(), version: text }),
          ]),
        ),
      }),
    ),
  })
  .transform(({ data }) => {
    const row = data.find(({ object }) => object === OBJECT);
    if (!row) return null;
    return {
      /** Where Meta sends everything that no override sends elsewhere. */
      callbackUrl: row.callback_url,
      active: row.active ?? true,
      fields: row.fields,
    };
  });
export type AppSubscription = Readonly<NonNullable<z.output<typeof AppSubscription>>>;

/** Where an app wants its webhooks, and which. */
export interface AppSubscriptionWish {
  /** https. */
  readonly callbackUrl: string;
  /** Meta sends it along when it verifies the URL. */
  readonly verifyToken: string;
  /** Meta's names, e.g. `messages`. */
  readonly fields: readonly string[];
}

/** An app, and the token that speaks for it: `APP_ID|APP_SECRET`. */
export interface AppAccess {
  /** Digits. */
  readonly appId: string;
  readonly appToken: string;
}

/** The app's own callback and fields. */
export function readAppSubscription({
  appId,
  appToken,
}: AppAccess): GraphCall<AppSubscription | null> {
  const schema = AppSubscription;
  return readCall(`${nodePath(appId)}/subscriptions`, {}, { token: appToken, schema });
}

/** Adds fields, and moves the callback of all; Meta verifies the URL before it answers. */
export function writeAppSubscription(
  { appId, appToken }: AppAccess,
  { callbackUrl, verifyToken, fields }: AppSubscriptionWish,
): GraphCall<Done> {
  const body = {
    object: OBJECT,
    callback_url: callbackUrl,
    verify_token: verifyToken,
    fields: fields.join(","),
    include_values: true,
  };
  const path = `${nodePath(appId)}/subscriptions`;
  return { method: "POST", path, body, token: appToken, schema: Done };
}
