import type { View } from "../view.ts";

/** A session that nobody has clicked on yet, for tests. */
export const sampleView: View = {
  sessionId: "sess_1",
  status: "created",
  tenantName: "Panadería Sol",
  language: null,
  branding: {
    displayName: "Corriente CRM",
    logoUrl: null,
    accentColor: null,
    supportUrl: null,
    privacyUrl: null,
  },
  coexistence: "offer",
  login: {
    appId: "1",
    configId: "2",
    graphVersion: "v25.0",
    sdkUrl: "https://connect.facebook.net/en_US/sdk.js",
    messageOrigins: ["https://*.facebook.com"],
    setup: {},
  },
  errorCategory: null,
  retry: null,
  phoneNumbers: [],
  connection: null,
  signal: null,
  redirect: null,
};
