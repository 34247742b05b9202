import { isAwaited } from "../awaited.ts";
import type { ConnectedNumber, Waba, Webhook } from "../waba.ts";
import type { WabaChange, WebhookSettings } from "./intent.ts";

/** The account as it is once a change is done; pure, so that a resumed change ends as one in a single go. */
export function applyChange(waba: Waba, change: WabaChange, now: number): Waba {
  // The table pairs each kind with its change.
  const apply = APPLY[change.kind] as (waba: Waba, change: WabaChange, now: number) => Waba;
  return withWebhookStates(apply({ ...waba, intent: null }, change, now));
}

type Change<Kind extends WabaChange["kind"]> = Extract<WabaChange, { readonly kind: Kind }>;
type Applies = {
  readonly [Kind in WabaChange["kind"]]: (waba: Waba, change: Change<Kind>, now: number) => Waba;
};

const APPLY: Applies = {
  connect(waba, { accessToken, tokenExpiresAt, number, settings }) {
    const numbers = joinedBy(waba, number);
    const joined = { ...waba, accessToken, tokenExpiresAt, tokenDiedAt: null, numbers };
    return settings ? withSettings(joined, number.connectionId, settings) : joined;
  },
  webhook(waba, { connectionId, settings, describing }, now) {
    const described = withFields(waba, connectionId, { ...describing, updatedAt: now });
    return withSettings(described, connectionId, settings);
  },
  suspend: (waba, { connectionId }, now) =>
    withFields(waba, connectionId, {
      status: "suspended",
      statusReason: "billing_suspended",
      billingSuspendedAt: now,
      updatedAt: now,
    }),
  resume: (waba, { connectionId }, now) =>
    withFields(waba, connectionId, {
      status: "active",
      statusReason: null,
      billingSuspendedAt: null,
      updatedAt: now,
    }),
  disconnect: (waba, { connectionId }) => ({
    ...waba,
    numbers: waba.numbers.filter((number) => number.connectionId !== connectionId),
  }),
  token: (waba, { accessToken, tokenExpiresAt }) => ({
    ...waba,
    accessToken,
    tokenExpiresAt,
    tokenDiedAt: null,
  }),
  signing: (waba, { signingSecrets }) => ({ ...waba, signingSecrets }),
  settle: (waba) => waba,
};

/** A number that was there before keeps its place, its own webhook, and what was confirmed since. */
function joinedBy({ numbers }: Waba, number: ConnectedNumber): readonly ConnectedNumber[] {
  const before = numbers.find(({ phoneNumberId }) => phoneNumberId === number.phoneNumberId);
  if (!before) return [...numbers, number];
  const joined = { ...number, webhook: before.webhook, ...confirmedSince(before, number) };
  return numbers.map((other) => (other === before ? joined : other));
}

/** A heartbeat can be confirmed while Meta is asked. */
function confirmedSince(before: ConnectedNumber, number: ConnectedNumber) {
  const at = before.heartbeatLastConfirmedAt;
  if (at === null || at <= (number.heartbeatLastConfirmedAt ?? at)) return {};
  const { heartbeatAnnounced, heartbeatReminderSentAt } = before;
  return { heartbeatLastConfirmedAt: at, heartbeatAnnounced, heartbeatReminderSentAt };
}

/**
 * Where the scope turns from the account to its numbers, each keeps the webhook it had with all the
 * others; where it turns back, one webhook is everybody's.
 */
function withSettings(waba: Waba, connectionId: string | null, settings: WebhookSettings): Waba {
  const { overrideScope, webhook, ...others } = settings;
  if (overrideScope === "waba") {
    const numbers = waba.numbers.map((number) => ({ ...number, webhook: null }));
    return { ...waba, ...others, overrideScope, webhook, numbers };
  }
  const numbers = waba.numbers.map((number) => {
    const isMeant = connectionId === null || number.connectionId === connectionId;
    const before = waba.overrideScope === "waba" ? waba.webhook : number.webhook;
    return { ...number, webhook: isMeant ? webhook : before };
  });
  return { ...waba, ...others, overrideScope, webhook: null, numbers };
}

function withFields(
  waba: Waba,
  connectionId: string | null,
  fields: Partial<ConnectedNumber>,
): Waba {
  const numbers = waba.numbers.map((number) =>
    number.connectionId === connectionId ? { ...number, ...fields } : number,
  );
  return { ...waba, numbers };
}

/** A webhook is out of use while nobody is served through it, and back in use with the first. */
function withWebhookStates(waba: Waba): Waba {
  return {
    ...waba,
    webhook: stated(waba.webhook, waba.numbers.some(isServed)),
    numbers: waba.numbers.map((number) => ({
      ...number,
      webhook: stated(number.webhook, isServed(number)),
    })),
  };
}

function stated(webhook: Webhook | null, isInUse: boolean): Webhook | null {
  if (!webhook || webhook.state === "refused") return webhook;
  return { ...webhook, state: isInUse ? "active" : "removed" };
}

/** Its messages are to reach somebody, also while Meta has still something to do about it. */
export function isServed(number: Pick<ConnectedNumber, "status" | "statusReason">): boolean {
  return number.status === "active" || isAwaited(number);
}

/** One that Meta has ended is no sibling of the others. */
export function isLive({ status }: Pick<ConnectedNumber, "status">): boolean {
  return status !== "disconnected";
}
