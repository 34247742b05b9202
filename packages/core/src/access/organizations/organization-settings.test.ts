import { describe, expect, it } from "vitest";
import { NEW_SETTINGS } from "./organization.ts";
import { ChangeOrganization, CreateOrganization, settingsAfter } from "./organization-settings.ts";

const urls = (...allowedRedirectUrls: readonly string[]) => ({ allowedRedirectUrls });

describe("a change of an organization", () => {
  it.each([
    {},
    { name: "Acme" },
    { branding: { displayName: "Acme", accentColor: "#25D366", logoUrl: null } },
    { branding: { supportUrl: "https://acme.example/help", privacyUrl: "https://acme.example/" } },
    urls("https://app.example.com/done", "https://app.example.com:8443/customers/*/done"),
    urls("http://localhost:3000/*", "http://127.0.0.1/", "http://[::1]:5173/done"),
    { retention: { events: 30 }, limits: { reads: { max: 10, perMs: 1_000 }, sends: false } },
    { retention: null, limits: null },
  ])("may be %j", (change) => {
    expect(ChangeOrganization.safeParse(change).success).toBe(true);
  });

  it.each([
    { name: "" },
    { name: null },
    { organizationId: "org_2" },
    { createdAt: "2026-11-21T00:00:00Z" },
    { branding: { colour: "#25d366" } },
    { branding: { accentColor: "green; background: url(//evil)" } },
    { branding: { logoUrl: "javascript:alert(1)" } },
    { branding: { supportUrl: "data:text/html,x" } },
    urls("http://app.example.com/done"),
    urls("https://*.example.com/done"),
    urls("https://app.example.com@evil.example/"),
    urls("https://app.example.com/done#x"),
    urls("https://app.example.com/done?next=*"),
    urls("javascript:alert(1)"),
    urls("/done"),
    { retention: { events: 0 } },
    { limits: { everything: false } },
    { limits: { reads: { max: 0, perMs: 1_000 } } },
  ])("may not be %j", (change) => {
    expect(ChangeOrganization.safeParse(change).success).toBe(false);
  });

  it("leaves out what stays, and clears what is null", () => {
    const first = settingsAfter(NEW_SETTINGS, {
      name: "Acme",
      branding: { displayName: "Acme", accentColor: "#25d366" },
      ...{ allowedRedirectUrls: ["https://a.example/"], limits: { reads: false } },
    });
    const second = settingsAfter(first, { branding: { accentColor: null }, limits: null });
    expect(second).toEqual({
      ...NEW_SETTINGS,
      name: "Acme",
      branding: { ...NEW_SETTINGS.branding, displayName: "Acme" },
      allowedRedirectUrls: ["https://a.example/"],
    });
  });
});

it("an organization has to have a name when it is made", () => {
  expect(CreateOrganization.safeParse({}).success).toBe(false);
  expect(CreateOrganization.safeParse({ name: "Acme" }).success).toBe(true);
});
