import type { App } from "../../app.ts";
import type { RandomBytes } from "../../crypto/random-bytes.ts";
import type { AppSubscription } from "../../meta/app-subscription.ts";
import type { SubscribedApp } from "../../meta/nodes.ts";
import { wantedRouting } from "../change/wanted-routing.ts";
import { webhookOf } from "../connection.ts";
import { type Access, accessOf } from "../token/ask-as.ts";
import { type ConnectedNumber, verifyTokenPlace, type Waba } from "../waba.ts";
import { newChallenge, preflightWebhook } from "../webhook/preflight.ts";
import { judgeCallback, judgeFields, judgeOverride, judgeSubscription } from "./judge-routing.ts";
import {
  judgeEndpoint,
  judgeHealth,
  judgeLastDelivery,
  judgeLastWebhook,
  judgeMode,
  judgeStatus,
  judgeUnrouted,
} from "./judge-standing.ts";
import { inspectToken } from "./judge-token.ts";
import type { Judgement } from "./judgement.ts";
import { lastUnroutedKey, readLastHeard } from "./last-heard.ts";
import { isAmong, snapshotOf } from "./refresh-health.ts";

export type DiagnoseParts = Pick<
  App,
  "store" | "clock" | "vault" | "metaApps" | "egress" | "counters" | "lastDeliveries"
> & { readonly random: RandomBytes };

/** What is looked at, in the order in which it has to be right. */
export const CHECKS = [
  "status",
  "token",
  "subscription",
  "callback",
  "fields",
  "override",
  "endpoint",
  "mode",
  "health",
  "last_webhook",
  "last_delivery",
  "unrouted",
] as const;
export type Check = (typeof CHECKS)[number];

const DAY_MS = 24 * 60 * 60 * 1000;

/** Whose messages do not come, and when something last did. */
export interface Case {
  readonly waba: Waba;
  readonly number: ConnectedNumber;
  /** Milliseconds since the epoch; `null` for never. */
  readonly lastWebhookAt: number | null;
}

/** Everything a check may look at. What several of them ask Meta is asked once. */
export interface Scene extends Case {
  readonly parts: DiagnoseParts;
  /** The account's app, and its token. @throws {Failure} Where the hub has them no longer. */
  readonly access: () => Promise<Access>;
  readonly subscribedApps: () => Promise<readonly SubscribedApp[]>;
  readonly appSubscription: () => Promise<AppSubscription | null>;
}

/** Sets the scene; asks nobody yet. */
export function sceneOf(parts: DiagnoseParts, about: Case): Scene {
  const { waba } = about;
  const access = () => accessOf(parts, waba);
  const subscribedApps = once(async () => {
    const { graph, token } = await access();
    return graph.getSubscribedApps({ wabaId: waba.wabaId, token });
  });
  const appSubscription = once(async () => (await access()).graph.getAppSubscription());
  return { ...about, parts, access, subscribedApps, appSubscription };
}

/** How each check is made. @throws {Failure} When it cannot be. */
export const LOOK: Readonly<Record<Check, (scene: Scene) => Promise<Judgement>>> = {
  status: async ({ waba, number }) => judgeStatus(waba, number),
  token: async ({ parts, waba: { appId, wabaId }, access }) => {
    const { graph, token } = await access();
    return inspectToken(graph, token, { appId, wabaId, now: parts.clock.now() });
  },
  subscription: async ({ waba, subscribedApps }) =>
    judgeSubscription(await subscribedApps(), waba.appId),
  callback: async ({ parts, waba, appSubscription }) => {
    const expected = callbacksOf(parts, waba);
    return judgeCallback(await appSubscription(), { expected, delivery: waba.delivery });
  },
  fields: async ({ number, appSubscription }) =>
    judgeFields(await appSubscription(), number.connectionMode),
  override: async ({ parts, waba, number, access }) => {
    const { graph, token } = await access();
    const { phoneNumberId } = number;
    const seen = await graph.getWebhookConfiguration({ phoneNumberId, token });
    const { override, numbers } = wantedRouting(parts.vault, waba);
    const ofNumber = numbers.get(phoneNumberId)?.url ?? null;
    const refused = waba.delivery === "direct" && webhookOf(waba, number)?.state === "refused";
    return judgeOverride(seen, { waba: override?.url ?? null, number: ofNumber, refused });
  },
  endpoint: async ({ parts, waba, number }) => {
    const webhook = waba.delivery === "events" ? null : webhookOf(waba, number);
    if (!webhook) return judgeEndpoint(null);
    const verifyToken = parts.vault.open(webhook.verifyToken, verifyTokenPlace(waba));
    const preflight = { url: webhook.url, verifyToken, challenge: newChallenge(parts.random) };
    return judgeEndpoint(await preflightWebhook(parts.egress, preflight));
  },
  mode: async ({ number }) => judgeMode(number),
  health: async ({ waba, number: { phoneNumberId }, access, subscribedApps }) => {
    const { graph, token } = await access();
    const [health, apps] = await Promise.all([
      graph.getNumberHealth({ phoneNumberId, token }),
      subscribedApps(),
    ]);
    return judgeHealth(snapshotOf({ health, subscribed: isAmong(apps, waba) }));
  },
  last_webhook: async ({ waba, lastWebhookAt }) => judgeLastWebhook(lastWebhookAt, waba.delivery),
  last_delivery: async ({ parts, waba, number }) =>
    judgeLastDelivery(await parts.lastDeliveries.of(waba, number), waba.delivery),
  unrouted: async ({ parts, waba }) => {
    const noted = await readLastHeard(parts.store, lastUnroutedKey(waba.appId, waba.wabaId));
    const lastAt = noted !== null && isOfToday(noted, waba, parts.clock.now()) ? noted : null;
    return judgeUnrouted({ lastAt, count: parts.counters.read().unrouted });
  },
};

/** What came before a number was connected may have been for that one. */
function isOfToday(at: number, { numbers }: Waba, now: number): boolean {
  return now - at < DAY_MS && numbers.every(({ createdAt }) => at > createdAt);
}

/** The first app's webhooks may come without its id in the path; that is the shorter one to give. */
function callbacksOf({ metaApps }: DiagnoseParts, { appId }: Waba): readonly string[] {
  const url = metaApps.receiverUrlOf(appId);
  return metaApps.configured[0]?.appId === appId ? [url, `${url}/${appId}`] : [url];
}

function once<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let asked: Promise<Value> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
}
