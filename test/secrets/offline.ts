import type { HubOptions } from "@wabakit/core";

/** A hub that only keeps secrets: it asks nobody and nobody asks it. */
export const OFFLINE = {
  publicUrl: "https://app.example.com",
  meta: { appId: "1", appSecret: "-", verifyToken: "-", graphUrl: "http://127.0.0.1:9" },
  roles: ["api"],
  allowPrivateNetwork: true,
} satisfies Partial<HubOptions>;
