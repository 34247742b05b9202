import { z } from "zod";

const Digits = z.string().regex(/^\d{1,32}$/, "must be one of Meta's ids: a string of digits");
const Secret = z.string().min(1);

const OneApp = z.strictObject({
  appId: Digits,
  /** Newest first; webhooks signed with an older one are still accepted. */
  appSecret: z
    .union([Secret, z.array(Secret).min(1)])
    .transform((given) => (typeof given === "string" ? [given] : given)),
  /** What you enter in the App Dashboard beside the callback URL. */
  verifyToken: z.string().min(1),
  configId: Digits.optional(),
  systemToken: Secret.optional(),
  graphVersion: z
    .string()
    .regex(/^v\d+\.0$/, "must look like v25.0")
    .default("v25.0"),
  graphUrl: z.url({ protocol: /^https?$/ }).default("https://graph.facebook.com"),
});

/** A Meta app of the hub's options, with every default filled in. */
export type ConfiguredMetaApp = Readonly<z.output<typeof OneApp>>;

/** The `meta` option of a hub: one app, or several. */
export const MetaAppsOption = z
  .union([OneApp, z.array(OneApp).min(1)])
  .transform((given) => (Array.isArray(given) ? given : [given]))
  .superRefine(refuseDoubles);

/** What is signed with one app's secret must not count as another's. */
function refuseDoubles(apps: readonly ConfiguredMetaApp[], context: z.RefinementCtx): void {
  const seen = new Set<string>();
  for (const [index, { appId }] of apps.entries()) {
    const message = "is the id of two of the apps";
    if (seen.has(appId)) context.addIssue({ code: "custom", path: [index, "appId"], message });
    seen.add(appId);
  }
}
