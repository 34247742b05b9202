import { z } from "zod";
import { BUDGETS } from "../../http/route.ts";
import { LimitSetting } from "../limits/limits.ts";
import type { Branding, Organization, OrganizationSettings } from "./organization.ts";
import { RedirectUrl } from "./redirect-url.ts";

const MAX_URL_CHARACTERS = 2_048;

const WebUrl = z.url({ protocol: /^https?$/ }).max(MAX_URL_CHARACTERS);
const Days = z.number().min(1).max(36_500);

const BrandingFields = z.strictObject({
  displayName: z.string().min(1).max(128).nullable(),
  logoUrl: WebUrl.nullable(),
  /** `#rrggbb` */
  accentColor: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, "must look like #25d366")
    .nullable(),
  supportUrl: WebUrl.nullable(),
  privacyUrl: WebUrl.nullable(),
});

const Retention = z
  .strictObject({ events: Days.optional(), deduplication: Days.optional() })
  .nullable();
const Limits = z.partialRecord(z.enum(BUDGETS), LimitSetting).nullable();

const Settings = z.strictObject({
  name: z.string().min(1).max(128),
  /** What is left out stays; `null` is as it comes. */
  branding: BrandingFields.partial(),
  allowedRedirectUrls: z.array(RedirectUrl).max(100),
  retention: Retention,
  limits: Limits,
});

/** An organization to be made. */
export const CreateOrganization = Settings.partial().required({ name: true });
export type CreateOrganization = z.output<typeof CreateOrganization>;

/** What of an organization is to be changed; what is left out stays. */
export const ChangeOrganization = Settings.partial();
export type ChangeOrganization = z.output<typeof ChangeOrganization>;

/** An organization as the API shows it. */
export const ShownOrganization = z.strictObject({
  organizationId: z.string(),
  /** `null` where the host has made up the id. */
  name: z.string().nullable(),
  branding: BrandingFields,
  allowedRedirectUrls: z.array(z.string()),
  /** In days; `null` is as the hub's, as are `limits`. */
  retention: Retention,
  limits: Limits,
  createdAt: z.iso.datetime().nullable(),
});
export type ShownOrganization = z.output<typeof ShownOrganization>;

/** What is set once a change is made: what it leaves out stays as it was. */
export function settingsAfter(
  before: OrganizationSettings,
  wanted: ChangeOrganization,
): OrganizationSettings {
  return {
    name: given(wanted.name, before.name),
    branding: brandingAfter(before.branding, wanted.branding ?? {}),
    allowedRedirectUrls: given(wanted.allowedRedirectUrls, before.allowedRedirectUrls),
    retention: given(wanted.retention, before.retention),
    limits: given(wanted.limits, before.limits),
  };
}

function brandingAfter(
  before: Branding,
  wanted: NonNullable<ChangeOrganization["branding"]>,
): Branding {
  return {
    displayName: given(wanted.displayName, before.displayName),
    logoUrl: given(wanted.logoUrl, before.logoUrl),
    accentColor: given(wanted.accentColor, before.accentColor),
    supportUrl: given(wanted.supportUrl, before.supportUrl),
    privacyUrl: given(wanted.privacyUrl, before.privacyUrl),
  };
}

function given<Value>(wanted: Value | undefined, before: Value): Value {
  return wanted === undefined ? before : wanted;
}

export function presentOrganization(
  organization: Omit<Organization, "place" | "deletedAt">,
): ShownOrganization {
  const { organizationId, name, branding, retention, limits, createdAt } = organization;
  return {
    organizationId,
    name,
    branding: { ...branding },
    allowedRedirectUrls: [...organization.allowedRedirectUrls],
    retention: retention && { ...retention },
    limits: limits && { ...limits },
    createdAt: createdAt === null ? null : new Date(createdAt).toISOString(),
  };
}
