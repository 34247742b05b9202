import { z } from "zod";
import type { StoredMetaApp } from "../access/stored-meta-app.ts";
import type { MetaApp, MetaApps } from "../meta-app.ts";

/** A Meta app as the API shows it; never with its secret. */
export const ShownMetaApp = z.strictObject({
  /** `app_…`; Meta's own id for one of the hub's options. */
  id: z.string(),
  /** `null` for one of the hub's options, which has none. */
  name: z.string().nullable(),
  appId: z.string(),
  configId: z.string().nullable(),
  /** What Meta has to have as the app's callback URL. */
  receiverUrl: z.string(),
  /** Whether it comes from the hub's options, and so is not changed here. */
  configured: z.boolean(),
  createdAt: z.iso.datetime().nullable(),
});
export type ShownMetaApp = z.infer<typeof ShownMetaApp>;

/** The only answer that holds a verify token, and only one that was made here. */
export const CreatedMetaApp = z.strictObject({
  ...ShownMetaApp.shape,
  verifyToken: z.string().optional(),
});
export type CreatedMetaApp = z.infer<typeof CreatedMetaApp>;

export function presentStored(
  { receiverUrlOf }: Pick<MetaApps, "receiverUrlOf">,
  { id, name, appId, configId, createdAt }: StoredMetaApp,
): ShownMetaApp {
  return {
    id,
    name,
    appId,
    configId,
    receiverUrl: receiverUrlOf(appId),
    configured: false,
    createdAt: new Date(createdAt).toISOString(),
  };
}

/** One of the hub's options. */
export function presentConfigured({ appId, configId, receiverUrl }: MetaApp): ShownMetaApp {
  const own = { id: appId, name: null, appId, configId };
  return { ...own, receiverUrl, configured: true, createdAt: null };
}
