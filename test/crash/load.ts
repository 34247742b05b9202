import { setTimeout as sleep } from "node:timers/promises";
import type { FakeMeta, WebhookPayload } from "@wabakit/testing";
import { statusName } from "./entry-name.ts";
import { type Random, seededRandom } from "./random.ts";

const SENDERS = 8;
/** Leaves the server time to deliver. */
const PAUSE_MS = 10;
const PAUSE_AFTER_FAILURE_MS = 40;
/** How much of what was not answered is not sent again before the run is over. */
const FORGOTTEN = 0.1;
/** Repeats are chosen among this many of the last POSTs. */
const REMEMBERED = 200;

/** A notification as bytes, and what the ledgers call its items. */
export interface Post {
  readonly body: Buffer;
  readonly names: readonly string[];
}

/** What a load sends to whom. */
export interface LoadTarget {
  readonly meta: FakeMeta;
  readonly phoneNumberId: string;
  readonly callbackUrl: string;
}

/** Meta at work. */
export interface Load {
  /** Ledger A: items that were answered with 200. */
  readonly accepted: ReadonlySet<string>;
  /** Items that were sent, answered or not. */
  readonly sent: ReadonlySet<string>;
  /** Resolves when nothing is under way any more. */
  readonly stop: () => Promise<void>;
}

interface LoadState extends LoadTarget {
  readonly accepted: Set<string>;
  readonly sent: Set<string>;
  readonly recent: Post[];
  stopped: boolean;
}

/** Sends messages, statuses, batches and repeats from several connections until it is stopped. */
export function startLoad(target: LoadTarget, seed: string): Load {
  const load: LoadState = {
    ...target,
    accepted: new Set(),
    sent: new Set(),
    recent: [],
    stopped: false,
  };
  const senders = Array.from({ length: SENDERS }, (_, index) =>
    sendOn(load, seededRandom(seed, `sender ${index}`)),
  );
  return {
    accepted: load.accepted,
    sent: load.sent,
    async stop() {
      load.stopped = true;
      await Promise.all(senders);
    },
  };
}

async function sendOn(load: LoadState, random: Random): Promise<void> {
  while (!load.stopped) {
    const post = nextPost(load, random);
    load.recent.push(post);
    if (load.recent.length > REMEMBERED) load.recent.shift();
    await deliver(load, post, random);
    await sleep(PAUSE_MS);
  }
}

/** Like Meta, sends again what was not answered. */
async function deliver(load: LoadState, post: Post, random: Random): Promise<void> {
  const forgets = random() < FORGOTTEN;
  for (const name of post.names) load.sent.add(name);
  while (!(await send(load, post))) {
    if (load.stopped || forgets) return;
    await sleep(PAUSE_AFTER_FAILURE_MS);
  }
  for (const name of post.names) load.accepted.add(name);
}

/** Sends once. @returns Whether it was answered with 200. */
export async function send({ meta, callbackUrl }: LoadTarget, { body }: Post): Promise<boolean> {
  const answer = await meta.send(callbackUrl, body).catch(() => undefined);
  return answer?.status === 200;
}

/** How often each kind of POST is sent; what is left are single messages. */
const SHARES = { repeat: 0.05, largeBatch: 0.003, batch: 0.15, status: 0.15 };
/** More than one commit of the worker takes. */
const LARGE_BATCH = 200;
const SMALL_BATCH = 6;

function nextPost(load: LoadState, random: Random): Post {
  let roll = random();
  const falls = (share: number) => {
    roll -= share;
    return roll < 0;
  };
  const repeated = load.recent[Math.floor(random() * load.recent.length)];
  if (falls(SHARES.repeat) && repeated) return repeated;
  if (falls(SHARES.largeBatch)) return batch(load, LARGE_BATCH);
  if (falls(SHARES.batch)) return batch(load, 2 + Math.floor(random() * (SMALL_BATCH - 1)));
  return toPost(load, [falls(SHARES.status) ? statusItem(load) : messageItem(load)]);
}

interface NamedItem {
  readonly name: string;
  readonly payload: WebhookPayload;
}

/** A message, a status, a message … in one POST. */
export function batch(target: LoadTarget, size: number): Post {
  const items = Array.from({ length: size }, (_, index) =>
    index % 2 === 1 ? statusItem(target) : messageItem(target),
  );
  return toPost(target, items);
}

let messages = 0;

function newWamid(): string {
  messages += 1;
  return `wamid.${messages}`;
}

function messageItem({ meta, phoneNumberId }: LoadTarget): NamedItem {
  const id = newWamid();
  const payload = meta.textMessage({ phoneNumberId, id, from: "15550123456", body: `No. ${id}` });
  return { name: id, payload };
}

function statusItem({ meta, phoneNumberId }: LoadTarget): NamedItem {
  const id = newWamid();
  const payload = meta.status({ phoneNumberId, id, status: "sent", recipient: "15550123456" });
  return { name: statusName(id, "sent"), payload };
}

function toPost({ meta }: LoadTarget, items: readonly NamedItem[]): Post {
  const { body } = meta.sign(meta.batch(items.map(({ payload }) => payload)));
  return { body, names: items.map(({ name }) => name) };
}
