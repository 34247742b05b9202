import { z } from "zod";
import type { App } from "../app.ts";
import {
  setTimers,
  TIMERS_JOB,
  type TimerHandler,
  tryAgain,
} from "../connections/timers/timers.ts";
import { encodeBase32 } from "../crypto/base32.ts";
import type { RandomBytes } from "../crypto/random-bytes.ts";
import { Failure } from "../failure.ts";
import { InstantInput } from "../http/instant-input.ts";
import type { JournalPlace } from "../store/journal-walk.ts";
import { key } from "../store/key.ts";
import { type Owner, requireEndpoint } from "./own-endpoint.ts";

const ID_BYTES = 16;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The job that replays. */
export const REPLAY_JOB = "replay";

/** What an endpoint gets once more. */
export const ReplayRange = z.strictObject({
  since: InstantInput,
  /** Now, when left out. */
  until: InstantInput.optional(),
  /** Only deliveries that have come to this; everything the endpoint wants, when left out. */
  status: z.enum(["delivered", "retrying", "failed"]).optional(),
});
export type ReplayRange = z.output<typeof ReplayRange>;

/** What asking for a replay answers; `since` is not before what is kept. */
export const StartedReplay = z.strictObject({
  endpointId: z.string(),
  since: z.iso.datetime(),
  until: z.iso.datetime(),
  status: z.enum(["delivered", "retrying", "failed"]).nullable(),
});
export type StartedReplay = z.output<typeof StartedReplay>;

/** A replay that has not come to its end, as it is stored. */
export interface Replay {
  readonly organizationId: string;
  readonly endpointId: string;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly until: number;
  readonly status: StartedReplay["status"];
  /** How far it has come. */
  readonly place: JournalPlace | null;
}

type ReplayParts = Pick<App, "store" | "clock" | "queue" | "logger" | "retention"> & {
  readonly randomBytes: RandomBytes;
};

interface Asked {
  readonly owner: Owner;
  readonly endpointId: string;
  readonly range: ReplayRange;
}

export function replayKey(id: string): string {
  return key("replay", id);
}

/**
 * Begins to send an endpoint once more what it got, or would have got had it been there and enabled:
 * the same events, as the same bytes. A job does it bit by bit, over crashes.
 *
 * @throws {Failure} `not_found`, `invalid_request` for a range that ends before it begins, `store_unavailable`
 */
export async function startReplay(
  { store, clock, queue, logger, retention, randomBytes }: ReplayParts,
  { owner, endpointId, range }: Asked,
): Promise<StartedReplay> {
  const id = encodeBase32(randomBytes(ID_BYTES));
  await requireEndpoint(store, owner, endpointId);
  const wanted = readRange(range, { now: clock.now(), keptDays: retention.events });
  const { organizationId } = owner;
  const value: Replay = { organizationId, endpointId, ...wanted, place: null };
  await setTimers(store, [{ kind: "replay", id, dueAt: clock.now() }]);
  const at = replayKey(id);
  const isNew = await store.commit({
    guards: [{ key: at, version: undefined }],
    writes: [{ key: at, value }],
  });
  await queue.add([TIMERS_JOB]).catch((error: unknown) => {
    logger.warn({ error }, "a job could not be added; the sweep will");
  });
  return present(isNew ? value : ((await store.get<Replay>(at))?.value ?? value));
}

/** Sees to it that what was begun goes on. */
export function replayTimers({
  store,
  clock,
  queue,
}: Pick<App, "store" | "clock" | "queue">): TimerHandler {
  return async (fired) => {
    const replays = await store.getMany<Replay>(fired.map(({ id }) => replayKey(id)));
    const due = fired.filter((_, index) => replays[index] !== undefined);
    return {
      next: due.map((timer) => tryAgain(timer, clock.now())),
      apply: () => queue.add(due.map(({ id }) => ({ kind: REPLAY_JOB, id }))),
    };
  };
}

/** Nothing is looked for where nothing is kept any more. */
function readRange(
  { since: from, until: to, status }: ReplayRange,
  { now, keptDays }: { readonly now: number; readonly keptDays: number },
) {
  const since = Date.parse(from);
  const until = to === undefined ? now : Math.min(Date.parse(to), now);
  const first = Math.min(Math.max(since, now - keptDays * DAY_MS), until);
  if (since <= until) return { since: first, until, status: status ?? null };
  const path = to === undefined ? "since" : "until";
  const message = to === undefined ? "must not be in the future" : "must not be before since";
  throw new Failure("invalid_request", undefined, { context: { fields: [{ path, message }] } });
}

function present({ endpointId, since, until, status }: Replay): StartedReplay {
  const text = (at: number) => new Date(at).toISOString();
  return { endpointId, since: text(since), until: text(until), status };
}
