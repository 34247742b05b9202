import type { App } from "../app.ts";
import type { AnyEvent } from "../events.ts";
import type { JobHandler } from "../queue/queue.ts";
import { type JournalPlace, walkJournal } from "../store/journal-walk.ts";
import type { Change, Stored } from "../store/store.ts";
import { type Backlog, readDeliveries } from "./delivery.ts";
import { type Emission, eventKey } from "./emit.ts";
import { type Endpoint, endpointRef, findEndpoint, wants } from "./endpoint.ts";
import { orderKeys } from "./plan-deliveries.ts";
import { type Replay, replayKey } from "./replay.ts";
import { retrying } from "./retrying.ts";
import { deliveryScope, eventScope, type ToldDelivery, type ToldEvent } from "./told.ts";

/** So many at a time, */
const ENTRIES_AT_ONCE = 128;
/** and then others have their turn. */
const PAUSE_MS = 1_000;
/** One that is disabled is looked at again now and then. */
const WAIT_MS = 60_000;
/** What may wait for an endpoint, in pages, before more is added. */
const MOST_WAITING = 8;

type RunParts = Pick<App, "store" | "clock" | "emit" | "backlogs">;

/** A replay under way. */
interface Run extends RunParts {
  readonly replay: Replay;
  readonly endpoint: Endpoint;
  readonly backlog: Backlog;
}

/** The next part of a journal. */
interface Part<Entry> {
  readonly entries: readonly Entry[];
  /** `null` at the end. */
  readonly next: JournalPlace | null;
}

/** What is done about a part, and how much that is. */
interface Step {
  readonly emission: Emission;
  readonly count: number;
  readonly next: JournalPlace | null;
}

/**
 * The job that replays: a part of the range at a time, in the order in which it happened. What goes out
 * once more and how far that is are one commit, so that a crash doubles nothing. Others wait no longer
 * for it than for so many deliveries: nothing is added while much waits already.
 */
export function runReplay(parts: RunParts): JobHandler {
  return async (id) => {
    const stored = await parts.store.get<Replay>(replayKey(id));
    if (!stored) return undefined;
    const { organizationId, endpointId } = stored.value;
    const ref = endpointRef({ organizationId, id: endpointId });
    const endpoint = (await findEndpoint(parts.store, ref))?.value;
    if (!endpoint) return end(parts, id, stored);
    const run = { ...parts, replay: stored.value, endpoint, backlog: parts.backlogs(ref) };
    if (!endpoint.enabled) return { again: parts.clock.now() + WAIT_MS };
    if (await isBusy(run)) return { again: parts.clock.now() + PAUSE_MS };
    const step = await nextStep(run);
    const landed = await commitStep(run, { key: replayKey(id), version: stored.version }, step);
    if (landed && !step.next) return undefined;
    return { again: parts.clock.now() + (landed && step.count > 0 ? PAUSE_MS : 0) };
  };
}

async function end({ store }: RunParts, id: string, { version }: Stored<Replay>) {
  const key = replayKey(id);
  await store.commit({ guards: [{ key, version }], writes: [{ key, value: undefined }] });
  return undefined;
}

async function isBusy({ backlog, clock }: Run): Promise<boolean> {
  const [earliest, pages] = await Promise.all([
    backlog.retries.earliest(),
    backlog.fresh.pages(MOST_WAITING),
  ]);
  return pages.length >= MOST_WAITING || (earliest !== undefined && earliest <= clock.now());
}

function nextStep(run: Run): Promise<Step> {
  return run.replay.status === null ? resendEvents(run) : retryDeliveries(run);
}

function commitStep(
  { emit, replay, endpoint }: Run,
  at: Change["guards"][number],
  { emission, count, next }: Step,
): Promise<boolean> {
  const value = next && { ...replay, place: next };
  const guards = [...emission.guards, at];
  const writes = [...emission.writes, { key: at.key, value: value ?? undefined }];
  const wakes = count > 0 ? [endpointRef(endpoint)] : [];
  return emit({ ...emission, guards, writes, wakes }, []);
}

/** Whatever of the range the endpoint wants as it is now, whether it has got it before or not. */
async function resendEvents(run: Run): Promise<Step> {
  const { organizationId } = run.replay;
  const { entries, next } = await readPart<ToldEvent>(run, eventScope(organizationId));
  const events = await readWanted(
    run,
    entries.map(({ id }) => id),
  );
  const target = endpointRef(run.endpoint);
  const resends = [...events].map(([id, event]) => ({
    ...{ id, target },
    keys: orderKeys(run.endpoint, event),
  }));
  return { emission: { guards: [], writes: [], resends }, count: resends.length, next };
}

/** Deliveries that have come to this, as far as the endpoint would still want them. */
async function retryDeliveries(run: Run): Promise<Step> {
  const { store, replay, backlog, clock } = run;
  const { organizationId, endpointId, status } = replay;
  const scope = deliveryScope(organizationId, endpointId);
  const { entries, next } = await readPart<ToldDelivery>(run, scope);
  const wanted = await readWanted(
    run,
    entries.map(({ eventId }) => eventId),
  );
  const records = await readDeliveries(
    store,
    organizationId,
    entries.map(({ id }) => id),
  );
  const chosen = records
    .filter((record) => record !== undefined)
    .filter(({ value }) => value.status === status && wanted.has(value.eventId));
  const retry = { organizationId, backlog, now: clock.now() };
  const emission = await retrying(retry, chosen);
  return { emission, count: chosen.length, next };
}

async function readPart<Entry>(
  { store, replay }: Run,
  scope: readonly string[],
): Promise<Part<Entry>> {
  const { since, until, place } = replay;
  const walk = { scope, order: "oldest", since, until, place: place ?? undefined } as const;
  const entries: Entry[] = [];
  for await (const page of walkJournal<Entry>(store, walk)) {
    entries.push(...page.entries);
    if (entries.length >= ENTRIES_AT_ONCE) return { entries, next: page.after };
  }
  return { entries, next: null };
}

/** Of these events those that are kept, and that the endpoint would get today; in their order. */
async function readWanted(
  { store, replay, endpoint }: Run,
  ids: readonly string[],
): Promise<ReadonlyMap<string, AnyEvent>> {
  const keys = ids.map((id) => eventKey(replay.organizationId, id));
  const events = await store.getMany<AnyEvent>(keys);
  const wanted = ids.flatMap((id, index): [string, AnyEvent][] => {
    const event = events[index]?.value;
    return event !== undefined && wants(endpoint, event) ? [[id, event]] : [];
  });
  return new Map(wanted);
}
