import type { Clock } from "@wabakit/core";
import { type Destination, destinations } from "./destinations.ts";
import type { Sender, SendOptions, SendResult } from "./sender.ts";
import { shuffled } from "./shuffled.ts";
import { appOf, type State } from "./state.ts";
import type { WebhookPayload } from "./webhook-payload.ts";

/** Meta's patience, shortened: at once, then after `delayMs`, doubling up to `capMs`. */
export interface RetryPolicy {
  /** How many times a notification is sent at most, the first one included. */
  readonly attempts: number;
  /** 10 when left out; measured by this Meta's clock. */
  readonly delayMs?: number;
  /** 1,000 when left out. */
  readonly capMs?: number;
  /** No attempt later than this after the first one; 7 days, as Meta's, when left out. */
  readonly horizonMs?: number;
}

/** How notifications are delivered. */
export interface DeliverOptions extends SendOptions {
  /** This URL instead of where Meta would send them. */
  readonly to?: string;
  /** Repeats whatever is not answered with 200; nothing is repeated when left out. */
  readonly retries?: RetryPolicy;
  /** How often each notification is sent once more, although nothing failed. */
  readonly duplicates?: number;
  /** Mixes the order of all that is sent, repeatably. */
  readonly shuffle?: number;
  /** How many are under way at once; 1, which keeps the order, when left out. */
  readonly concurrency?: number;
}

/** How one notification to one receiver fared. */
export interface Delivered {
  readonly appId: string;
  readonly url: string;
  readonly payload: WebhookPayload;
  /** In order; `undefined` where nothing was answered. */
  readonly attempts: readonly (SendResult | undefined)[];
  /** Whether the last attempt was answered with 200. */
  readonly acknowledged: boolean;
}

/** Delivers what Meta would deliver, where Meta would deliver it. */
export interface DeliveryEngine {
  /**
   * Routes, signs with the secret of each receiving app, sends, and reports in the order of sending.
   * The report is empty when nobody is subscribed.
   */
  readonly deliver: (
    payloads: WebhookPayload | readonly WebhookPayload[],
    options?: DeliverOptions,
  ) => Promise<readonly Delivered[]>;
}

interface EngineParts {
  readonly state: State;
  readonly sender: Sender;
}

/** An engine over the subscriptions of `state`. */
export function deliveryEngine(parts: EngineParts): DeliveryEngine {
  return {
    async deliver(payloads, options = {}) {
      const all: readonly WebhookPayload[] = "entry" in payloads ? [payloads] : payloads;
      const posts = all.flatMap((payload) => receiversOf(parts.state, payload, options));
      const copies = (options.duplicates ?? 0) + 1;
      const doubled = posts.flatMap((post) => Array.from({ length: copies }, () => post));
      const { shuffle, concurrency = 1 } = options;
      const queue = shuffle === undefined ? doubled : shuffled(doubled, shuffle);
      return inParallel(queue, concurrency, (post) => deliverOne(parts, post, options));
    },
  };
}

function receiversOf(
  state: State,
  payload: WebhookPayload,
  { to, appId }: DeliverOptions,
): readonly Destination[] {
  if (to === undefined) return destinations(state, payload, appId);
  return [{ app: appOf(state, appId), url: to, payload }];
}

async function deliverOne(
  { state: { clock }, sender }: EngineParts,
  { app: { appId }, url, payload }: Destination,
  options: DeliverOptions,
): Promise<Delivered> {
  const policy = { attempts: 1, ...options.retries };
  const startedAt = clock.now();
  const attempts: (SendResult | undefined)[] = [];
  // Signed once: a repetition has the same bytes.
  const { body, headers } = sender.sign(payload, { ...options, appId });
  for (;;) {
    const sent = sender.send(url, body, { timeoutMs: options.timeoutMs ?? 20_000, headers });
    attempts.push(await sent.catch(() => undefined));
    const acknowledged = attempts.at(-1)?.status === 200;
    const at = clock.now() + waitMs(policy, attempts.length);
    const over = at - startedAt > (policy.horizonMs ?? SEVEN_DAYS_MS);
    if (acknowledged || over || attempts.length >= policy.attempts) {
      return { appId, url, payload, attempts, acknowledged };
    }
    await until(clock, at);
  }
}

const SEVEN_DAYS_MS = 7 * 24 * 60 * 60 * 1000;

/** The first repetition comes at once (webhooks/overview). */
function waitMs({ delayMs = 10, capMs = 1_000 }: RetryPolicy, attempts: number): number {
  return attempts === 1 ? 0 : Math.min(delayMs * 2 ** (attempts - 2), capMs);
}

function until(clock: Clock, at: number): Promise<void> {
  if (at <= clock.now()) return Promise.resolve();
  return new Promise((resolve) => void clock.schedule(at, resolve));
}

/** Runs `work` over the items, `lanes` at a time; results come in the order of the items. */
async function inParallel<Item, Result>(
  items: readonly Item[],
  lanes: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const remaining = items.entries();
  const lane = async () => {
    for (const [index, item] of remaining) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}
