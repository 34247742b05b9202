import { setTimeout as sleep } from "node:timers/promises";
import type { FakeMeta, WebhookPayload } from "@wabakit/testing";
import { newWamid, statusName } from "./entry-name.ts";
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
  /** Of several accounts. */
  readonly phoneNumberIds: readonly string[];
  /** One per node. */
  readonly callbackUrls: readonly string[];
}

/** How much is sent. */
export interface LoadPlan {
  readonly seed: string;
  /** How many items may have been accepted by now; no bound when left out. */
  readonly allowed?: () => number;
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
  readonly held: Post[];
  readonly allowed: () => number;
  stopped: boolean;
}

/** Sends messages, statuses, batches and repeats from several connections until it is stopped. */
export function startLoad(target: LoadTarget, { seed, allowed = () => Infinity }: LoadPlan): Load {
  const load: LoadState = {
    ...target,
    allowed,
    accepted: new Set(),
    sent: new Set(),
    recent: [],
    held: [],
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
    await sleep(PAUSE_MS);
    if (load.accepted.size >= load.allowed()) continue;
    const post = nextPost(load, random);
    if (random() < SHARES.late) {
      load.held.push(post);
      continue;
    }
    load.recent.push(post);
    if (load.recent.length > REMEMBERED) load.recent.shift();
    // Meta may send the same twice at once, also to two nodes.
    const twice = random() < SHARES.twice ? [deliver(load, post, random)] : [];
    await Promise.all([deliver(load, post, random), ...twice]);
  }
}

/** Like Meta, sends again what was not answered. */
async function deliver(load: LoadState, post: Post, random: Random): Promise<void> {
  const forgets = random() < FORGOTTEN;
  for (const name of post.names) load.sent.add(name);
  for (;;) {
    if (await send(load, post, random)) break;
    if (load.stopped || forgets) return;
    await sleep(PAUSE_AFTER_FAILURE_MS);
  }
  for (const name of post.names) load.accepted.add(name);
}

/** Sends once, to any node. @returns Whether it was answered with 200. */
export async function send(
  { meta, callbackUrls }: LoadTarget,
  { body }: Post,
  random: Random = () => 0,
): Promise<boolean> {
  const url = callbackUrls[Math.floor(random() * callbackUrls.length)] ?? "";
  const answer = await meta.send(url, body).catch(() => undefined);
  return answer?.status === 200;
}

/** How often each kind of POST is sent, held back, and sent twice at once. */
const SHARES = {
  repeat: 0.05,
  largeBatch: 0.003,
  batch: 0.15,
  status: 0.15,
  late: 0.05,
  twice: 0.02,
};
/** More than one commit of the worker takes. */
const LARGE_BATCH = 200;
const SMALL_BATCH = 6;
/** So many wait before the oldest of those that were held back is sent. */
const HELD = 20;

function nextPost(load: LoadState, random: Random): Post {
  const late = load.held.length > HELD && load.held.shift();
  if (late) return late;
  let roll = random();
  const falls = (share: number) => {
    roll -= share;
    return roll < 0;
  };
  const repeated = load.recent[Math.floor(random() * load.recent.length)];
  if (falls(SHARES.repeat) && repeated) return repeated;
  if (falls(SHARES.largeBatch)) return batch(load, LARGE_BATCH, random);
  if (falls(SHARES.batch)) return batch(load, 2 + Math.floor(random() * (SMALL_BATCH - 1)), random);
  return toPost(load, [
    falls(SHARES.status) ? statusItem(load, random) : messageItem(load, random),
  ]);
}

interface NamedItem {
  readonly name: string;
  readonly payload: WebhookPayload;
}

/** A message, a status, a message … in one POST, of any accounts. */
export function batch(target: LoadTarget, size: number, random: Random = () => 0): Post {
  const items = Array.from({ length: size }, (_, index) =>
    index % 2 === 1 ? statusItem(target, random) : messageItem(target, random),
  );
  return toPost(target, items);
}

let items = 0;

function anyNumber({ phoneNumberIds }: LoadTarget, random: Random) {
  const number = Math.floor(random() * phoneNumberIds.length);
  items += 1;
  return { phoneNumberId: phoneNumberIds[number] ?? "", id: newWamid(number, items) };
}

function messageItem(target: LoadTarget, random: Random): NamedItem {
  const about = anyNumber(target, random);
  const text = { ...about, from: "15550123456", body: `No. ${about.id}` };
  return { name: about.id, payload: target.meta.textMessage(text) };
}

function statusItem(target: LoadTarget, random: Random): NamedItem {
  const about = anyNumber(target, random);
  const status = { ...about, status: "sent", recipient: "15550123456" } as const;
  return { name: statusName(about.id, "sent"), payload: target.meta.status(status) };
}

function toPost({ meta }: LoadTarget, items: readonly NamedItem[]): Post {
  const { body } = meta.sign(meta.batch(items.map(({ payload }) => payload)));
  return { body, names: items.map(({ name }) => name) };
}
