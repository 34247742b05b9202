import type { FakeMeta, Sink } from "@wabakit/testing";
import { newNumberOf, WEBHOOKS, webhookSpot } from "./layout.ts";

/** What the fake Meta is to a hub of the bench; plain data. */
export interface MetaAtHand {
  readonly graphUrl: string;
  readonly appId: string;
  readonly appSecret: string;
  /** Reaches every account. */
  readonly accessToken: string;
  /** Two endpoints that Meta's handshake finds in order. */
  readonly webhookUrls: readonly [string, string];
  readonly webhookVerifyToken: string;
}

/** What the endpoint has to expect. */
export const VERIFY_TOKEN = "a-verify-token";

/** Tells Meta of the accounts that it is asked about; nobody asks about the others. */
export function metaAtHand(
  { app, url, ...meta }: FakeMeta,
  endpoint: Sink,
  sizes: readonly number[],
): MetaAtHand {
  for (const size of sizes) {
    for (let n = 0; n < WEBHOOKS; n += 1) {
      const spot = webhookSpot(size, n);
      const { wabaId, phoneNumberId } = spot;
      meta.addWaba({ wabaId });
      meta.addNumber({ wabaId, phoneNumberId });
      meta.addNumber({ wabaId, phoneNumberId: newNumberOf(spot) });
    }
  }
  return {
    graphUrl: url,
    appId: app.appId,
    appSecret: app.appSecret,
    accessToken: meta.issueToken(),
    webhookUrls: [`${endpoint.url}/one`, `${endpoint.url}/other`],
    webhookVerifyToken: VERIFY_TOKEN,
  };
}
