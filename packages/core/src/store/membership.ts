import type { Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import { key } from "./key.ts";
import { hasEnded, type ProcessIdentity, thisProcess } from "./process-identity.ts";
import { newVersion } from "./record.ts";
import { openSightings, type Sightings } from "./sightings.ts";
import type { Change, Store } from "./store.ts";
import { type Fence, newWriter, type Writer, type WriterId } from "./writer.ts";

/** A writer that was not seen to live for this long is declared dead. */
const LEASE_MS = 10_000;
const BEATS_PER_LEASE = 4;

export interface MembershipParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** 10 seconds when left out. */
  readonly leaseMs?: number;
}

interface Membership extends MembershipParts {
  readonly leaseMs: number;
  readonly sightings: Sightings;
  fence: Fence | undefined;
  /** A commit under the fence has an unknown outcome, or lost because of it. */
  isSpent: boolean;
  joining: Promise<Fence> | undefined;
  cancelBeat: () => void;
  hasLeft: boolean;
}

/** The writer of this process: among others on a store that several share, alone on any other. */
export function openWriter(parts: MembershipParts): Writer {
  return parts.store.atomicity === "process" ? newWriter() : joinOthers(parts);
}

/**
 * A member has two records: a fence that nobody rewrites while it lives, so that its commits can guard
 * it without contention, and a beat that is renewed all the time. Who sees no beat for a lease time
 * removes both; a member that was only paused then finds its commits lost, and goes on under a new id.
 */
function joinOthers(parts: MembershipParts): Writer {
  const member: Membership = {
    leaseMs: LEASE_MS,
    ...parts,
    sightings: openSightings(parts.clock),
    fence: undefined,
    isSpent: false,
    joining: undefined,
    cancelBeat() {},
    hasLeft: false,
  };
  return {
    join: () => join(member),
    hasLost: (fence) => hasLost(member, fence),
    doubt: (fence) => spend(member, fence),
    living: (ids) => living(member, ids),
    leave: () => leave(member),
  };
}

const MEMBERS = key("writers");
const fenceKey = (id: WriterId) => key("writer", id);
const beatKey = (id: WriterId) => key("writer", id, "beat");

async function join(member: Membership): Promise<Fence> {
  if (member.fence && !member.isSpent) return member.fence;
  member.joining ??= enter(member).finally(() => {
    member.joining = undefined;
  });
  return member.joining;
}

/** Under a new id, which ends the former one: what was committed under it has landed, or is lost. */
async function enter(member: Membership): Promise<Fence> {
  const former = member.fence ? [member.fence.id] : [];
  const id = newVersion();
  await changeMembers(member.store, (members) => ({
    members: [...members.filter((other) => !former.includes(other)), id],
    writes: [...former.flatMap(removal), { key: fenceKey(id), value: {} }, beat(id)],
  }));
  const stored = await member.store.get(fenceKey(id));
  if (!stored) return enter(member); // we took so long that somebody gave us up
  member.fence = { id, guards: [{ key: fenceKey(id), version: stored.version }] };
  member.isSpent = false;
  keepBeating(member);
  await declareDead(member);
  return member.fence;
}

interface MembersChange extends Pick<Change, "writes"> {
  readonly members: readonly WriterId[];
}

async function changeMembers(
  store: Store,
  change: (members: readonly WriterId[]) => MembersChange,
): Promise<void> {
  for (;;) {
    const stored = await store.get<readonly WriterId[]>(MEMBERS);
    const { members, writes } = change(stored?.value ?? []);
    const write = { key: MEMBERS, value: members.length > 0 ? members : undefined };
    const guards = [{ key: MEMBERS, version: stored?.version }];
    if (await store.commit({ guards, writes: [write, ...writes] })) return;
  }
}

function beat(id: WriterId) {
  return { key: beatKey(id), value: thisProcess() };
}

function removal(id: WriterId) {
  return [fenceKey(id), beatKey(id)].map((gone) => ({ key: gone, value: undefined }));
}

/** The next beat is due a while after the last one has ended: a slow store gets no second at once. */
function keepBeating(member: Membership): void {
  member.cancelBeat();
  if (member.hasLeft) return;
  const at = member.clock.now() + member.leaseMs / BEATS_PER_LEASE;
  member.cancelBeat = member.clock.schedule(at, () => {
    beatOnce(member)
      .catch((error) => member.logger.warn({ error }, "a sign of life could not be given"))
      .finally(() => keepBeating(member));
  });
}

async function beatOnce(member: Membership): Promise<void> {
  const { fence, store } = member;
  if (!fence) return;
  const lives = await store.commit({ guards: fence.guards, writes: [beat(fence.id)] });
  if (!lives) spend(member, fence);
  await declareDead(member);
}

/** All who gave no sign of life for a lease time, and all of whom we know that they have ended. */
async function declareDead(member: Membership): Promise<void> {
  while (await declareOneDead(member));
}

/** Whoever is first; the guards see to it that a beat given meanwhile counts. */
async function declareOneDead(member: Membership): Promise<boolean> {
  const { store, leaseMs, sightings, fence, logger } = member;
  const members = await store.get<readonly WriterId[]>(MEMBERS);
  const others = (members?.value ?? []).filter((id) => id !== fence?.id);
  const beats = await store.getMany<ProcessIdentity>(others.map(beatKey));
  for (const [index, id] of others.entries()) {
    const seen = beats[index];
    const isOver = seen !== undefined && hasEnded(seen.value);
    if (!isOver && sightings.unchangedFor(id, seen?.version ?? "none") < leaseMs) continue;
    const left = members?.value.filter((other) => other !== id);
    const landed = await store.commit({
      guards: [
        { key: MEMBERS, version: members?.version },
        { key: beatKey(id), version: seen?.version },
      ],
      writes: [{ key: MEMBERS, value: left }, ...removal(id)],
    });
    sightings.forget(id);
    if (landed) tellOfDeath(logger, id, isOver);
    return true; // the list has another version now
  }
  return false;
}

function tellOfDeath(logger: Logger, writer: WriterId, hasEnded: boolean): void {
  if (hasEnded) logger.info({ writer }, "a process that has ended left its work to us");
  else logger.warn({ writer }, "another node gives no sign of life: its work is ours");
}

async function hasLost(member: Membership, fence: Fence): Promise<boolean> {
  if (member.fence !== fence) return true;
  const stored = await member.store.getMany(fence.guards.map(({ key: at }) => at));
  const stands = fence.guards.every(({ version }, index) => stored[index]?.version === version);
  if (!stands) spend(member, fence);
  return !stands;
}

function spend(member: Membership, fence: Fence): void {
  if (member.fence === fence) member.isSpent = true;
}

async function living({ store }: Membership, ids: readonly WriterId[]) {
  const fences = await store.getMany(ids.map(fenceKey));
  return new Set(ids.filter((_, index) => fences[index] !== undefined));
}

async function leave(member: Membership): Promise<void> {
  member.hasLeft = true;
  member.cancelBeat();
  await member.joining?.catch(() => {});
  const { fence } = member;
  if (!fence) return;
  member.cancelBeat();
  await changeMembers(member.store, (members) => ({
    members: members.filter((other) => other !== fence.id),
    writes: removal(fence.id),
  }));
}
