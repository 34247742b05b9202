import type { Vault } from "../../crypto/vault.ts";
import type { Override } from "../../meta/requests.ts";
import type { Routing } from "../../meta/routing.ts";
import { type ConnectedNumber, verifyTokenPlace, type Waba, type Webhook } from "../waba.ts";
import { isServed } from "./apply-change.ts";

/**
 * What an account wants of Meta: our app subscribed while a number is connected, and overrides only
 * where messages go past us, and only those of numbers that are served.
 */
export function wantedRouting(vault: Pick<Vault, "open">, waba: Waba): Routing {
  const override = (webhook: Webhook | null): Override | null => {
    if (webhook?.state !== "active" || waba.delivery !== "direct") return null;
    return {
      url: webhook.url,
      verifyToken: vault.open(webhook.verifyToken, verifyTokenPlace(waba)),
    };
  };
  const own = waba.numbers.filter(isServed).flatMap(({ phoneNumberId, webhook }) => {
    const wanted = override(webhook);
    return wanted ? [[phoneNumberId, wanted] as const] : [];
  });
  return {
    subscribed: waba.numbers.some(isKnownToMeta),
    override: override(waba.webhook),
    numbers: new Map(own),
  };
}

/** One that waits for us was not asked about yet. */
export function isKnownToMeta(number: ConnectedNumber): boolean {
  return isServed(number) || number.status === "suspended";
}
