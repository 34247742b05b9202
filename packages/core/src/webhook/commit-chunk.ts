import {
  type LastHeards,
  lastUnroutedKey,
  lastWebhookKey,
} from "../connections/health/last-heard.ts";
import { setTimers } from "../connections/timers/timers.ts";
import type { Emit } from "../delivery/emit.ts";
import { type Forward, withoutKept } from "../delivery/forward.ts";
import type { EventDraft } from "../events.ts";
import type { Logger } from "../logger.ts";
import type { MetaApps } from "../meta-app.ts";
import { noteSignups, readSignup, type ToldSignup } from "../onboarding/recovery/note-signups.ts";
import type { Job, Queue } from "../queue/queue.ts";
import { joined } from "../store/joined.ts";
import type { Change, Store, Write } from "../store/store.ts";
import type { Counters } from "./counters.ts";
import { type Effects, effectsOf } from "./effects/effects.ts";
import { loadFurthest } from "./effects/furthest-status.ts";
import { forwardsOf, type Source } from "./forwards.ts";
import type { Item } from "./item.ts";
import { routeItem } from "./route-item.ts";
import { loadWhose, onlyOf } from "./whose.ts";

export interface ChunkParts {
  readonly store: Store;
  readonly queue: Pick<Queue, "add">;
  readonly logger: Pick<Logger, "warn">;
  readonly emit: Emit;
  readonly counters: Counters;
  readonly defaultOrganizationId: string;
  readonly metaApps: Pick<MetaApps, "receiving">;
  readonly lastHeards: LastHeards;
}

/** An item of one app, the notification it came in, and the key that its first arrival creates. */
export interface Arrival {
  readonly item: Item;
  readonly source: Source;
  readonly key: string;
}

/** Items of one app that go into one commit. */
export interface Chunk {
  readonly appId: string;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly arrivals: readonly Arrival[];
  /** What earlier chunks of the page have forwarded already, by id. */
  readonly forwarded: Set<string>;
}

/** What comes of the new items of a chunk. */
interface Outcome {
  readonly drafts: readonly EventDraft[];
  readonly forwards: readonly Forward[];
  /** What becomes of connections. */
  readonly effects: Effects;
}

/**
 * Commits what is new of a chunk with all that comes of it. Most of what arrives is new, so that is tried
 * first; a commit that loses has met a repeat, or an account that has changed meanwhile.
 *
 * @throws {Failure} `store_unavailable`
 */
export async function commitChunk(parts: ChunkParts, chunk: Chunk): Promise<void> {
  const { arrivals, receivedAt, forwarded } = chunk;
  let fresh = withoutDoubles(arrivals);
  let outcome = await decide(parts, chunk, fresh);
  await noteSignups(parts, await signupsOf(parts, chunk));
  const noted = parts.lastHeards.note(outcome.drafts.flatMap(heardOf), receivedAt);
  try {
    while (!(await emitChunk(parts, { ...outcome, fresh, notes: noted.writes }))) {
      fresh = await withoutRepeats(parts.store, fresh);
      outcome = await decide(parts, chunk, fresh);
      outcome = { ...outcome, forwards: await withoutKept(parts.store, outcome.forwards) };
    }
  } catch (error) {
    noted.takeBack();
    throw error;
  }
  await wake(parts, outcome.effects.jobs);
  for (const { id } of outcome.forwards) forwarded.add(id);
  const unrouted = outcome.drafts.filter(({ type }) => type === "webhook.unrouted").length;
  const repeats = arrivals.length - fresh.length;
  parts.counters.count({ items: fresh.length, repeats, unrouted });
}

interface Emitting extends Outcome {
  readonly fresh: readonly Arrival[];
  readonly notes: readonly Write[];
}

async function emitChunk(
  { store, emit }: Pick<ChunkParts, "store" | "emit">,
  { fresh, notes, drafts, forwards, effects }: Emitting,
): Promise<boolean> {
  await setTimers(store, effects.timers);
  const items = fresh.map(({ key }) => key);
  const change = joined(creation(items), effects.change, { guards: [], writes: notes });
  return emit({ ...change, items, forwards }, drafts);
}

/** What is committed is committed: timers come round for what could not be woken. */
async function wake({ queue, logger }: Pick<ChunkParts, "queue" | "logger">, jobs: readonly Job[]) {
  if (jobs.length === 0) return;
  await queue.add(jobs).catch((error: unknown) => {
    logger.warn({ error }, "jobs could not be added; timers will");
  });
}

/** What an organization has for itself, also where others had connected accounts under its id before. */
async function ownerOf(
  { metaApps }: Pick<ChunkParts, "metaApps">,
  appId: string,
): Promise<string | undefined> {
  return (await metaApps.receiving(appId))?.owner?.organizationId;
}

/** Sign-ups that Meta tells of: one may have been finished there, and never have come back here. */
async function signupsOf(
  parts: ChunkParts,
  { appId, receivedAt, arrivals }: Chunk,
): Promise<readonly ToldSignup[]> {
  const told = arrivals.flatMap(({ item }) => readSignup(item.field, item.value) ?? []);
  if (told.length === 0) return [];
  const organizationId = (await ownerOf(parts, appId)) ?? parts.defaultOrganizationId;
  return told.map((signup) => ({ ...signup, appId, organizationId, at: receivedAt }));
}

/** What a draft shows to have been heard of: a connection, or an account's number that is none. */
function heardOf({ type, data }: EventDraft): readonly string[] {
  if (type === "webhook.unrouted") {
    const isNobodys = data.reason === "not_connected" && data.wabaId !== null;
    return isNobodys ? [lastUnroutedKey(data.appId, data.wabaId)] : [];
  }
  const isOfOne = "connectionId" in data && data.connectionId !== null;
  return isOfOne ? [lastWebhookKey(data.connectionId)] : [];
}

/** Whole notifications are looked at: what goes on of one may stand in other chunks. */
async function decide(
  { store, defaultOrganizationId, metaApps }: ChunkParts,
  { appId, receivedAt, forwarded }: Chunk,
  arrivals: readonly Arrival[],
): Promise<Outcome> {
  const items = arrivals.map(({ item }) => item);
  const sources = [...new Set(arrivals.map(({ source }) => source))];
  const spokenOf = sources.flatMap(({ changes }) =>
    changes.flatMap(({ items: [first] }) => first ?? []),
  );
  const owner = await ownerOf({ metaApps }, appId);
  const stored = onlyOf(owner, await loadWhose(store, appId, [...items, ...spokenOf]));
  const effects = await effectsOf(store, { appId, receivedAt, items }, stored);
  const { find } = effects;
  const furthest = await loadFurthest(store, appId, arrivals);
  const context = { appId, furthest, defaultOrganizationId: owner ?? defaultOrganizationId };
  const judging = { find, fresh: new Set(items), done: forwarded };
  const draftsOf = (item: Item) => [
    ...routeItem(context, item, find(item)),
    ...effects.draftsOf(item),
  ];
  return {
    effects,
    drafts: items.flatMap(draftsOf),
    forwards: sources.flatMap((source) => forwardsOf(source, judging)),
  };
}

/** Each item's record comes into being once, whoever else is at it. */
function creation(items: readonly string[]): Change {
  return {
    guards: items.map((key) => ({ key, version: undefined })),
    writes: items.map((key) => ({ key, value: {} })),
  };
}

function withoutDoubles(arrivals: readonly Arrival[]): readonly Arrival[] {
  const first = new Map<string, Arrival>();
  for (const arrival of arrivals) if (!first.has(arrival.key)) first.set(arrival.key, arrival);
  return [...first.values()];
}

async function withoutRepeats(
  store: Store,
  arrivals: readonly Arrival[],
): Promise<readonly Arrival[]> {
  const known = await store.getMany(arrivals.map((arrival) => arrival.key));
  return arrivals.filter((_, index) => known[index] === undefined);
}
