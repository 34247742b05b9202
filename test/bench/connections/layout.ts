import { createHash } from "node:crypto";
import { newId } from "../../../packages/core/src/crypto/ids.ts";
import { DUE_PER_ROUND } from "./plan.ts";

/**
 * Connections come in blocks of a hundred that are alike: sixty accounts of one number, two of twenty,
 * and ten tenants. So every size has the same mix, and what is picked by its slot costs the same.
 */
export const BLOCK = 100;
const SINGLES = 60;
const SIBLINGS = 20;
const TENANTS_PER_BLOCK = 10;

/** What a list of one tenant, and of one large account, holds. */
export const PER_TENANT = BLOCK / TENANTS_PER_BLOCK;
export const PER_LARGE_ACCOUNT = SIBLINGS;

/** Any connection. */
export const ANY_SLOT: readonly number[] = Array.from({ length: BLOCK }, (_, slot) => slot);
/** One of a large account. */
export const LARGE_SLOTS: readonly number[] = [SINGLES, SINGLES + SIBLINGS];
/** Never due, so that their heartbeats can be confirmed. */
export const CONFIRMED_SLOTS: readonly number[] = [56, 57, 58, 59, 78, 98];
/** Of accounts that the fake Meta knows. */
const WEBHOOK_SLOT = 59;
export const WEBHOOKS = 10;

/** A prime far from every size, so that picks are scattered over all blocks. */
const STRIDE = 7_919;
/** Distinct for a million indexes, and in no order, as Meta's ids are. */
const MODULUS = 1_000_000_007;
const FACTOR = 618_033_989;

/** A connection: the `slot` of a block, and its number within the whole, oldest first. */
export interface Spot {
  readonly index: number;
  readonly connectionId: string;
  readonly tenantId: string;
  readonly wabaId: string;
  readonly phoneNumberId: string;
}

export function spotAt(size: number, index: number): Spot {
  const block = Math.floor(index / BLOCK);
  const first = block * BLOCK + accountSlot(index % BLOCK);
  return {
    index,
    connectionId: newId("conn_", () => digest(`${size}.${index}`)),
    tenantId: `tenant-${block}-${index % TENANTS_PER_BLOCK}`,
    wabaId: metaId(size, 1, first),
    phoneNumberId: metaId(size, 2, index),
  };
}

/** The `n`-th pick of some slots: distinct until all blocks have been asked for each. */
export function pick(size: number, slots: readonly number[], n: number): Spot {
  const blocks = size / BLOCK;
  const way = n % slots.length;
  const block = (Math.floor(n / slots.length) + way * STRIDE) % blocks;
  return spotAt(size, block * BLOCK + (slots[way] ?? 0));
}

/** Those whose webhooks are changed, spread over the whole. */
export function webhookSpot(size: number, n: number): Spot {
  const blocks = size / BLOCK;
  const block = Math.floor(((n % WEBHOOKS) * blocks) / WEBHOOKS);
  return spotAt(size, block * BLOCK + WEBHOOK_SLOT);
}

/** A number beside it that Meta knows, and nobody has connected. */
export function newNumberOf({ phoneNumberId }: Spot): string {
  return `9${phoneNumberId}`;
}

/**
 * In which round a connection comes due: in each as many, of as many accounts, spread over the whole.
 *
 * @returns By the index of those that do.
 */
export function dueRounds(size: number, rounds: number): ReadonlyMap<number, number> {
  const blocks = size / BLOCK;
  const due = new Map<number, number>();
  for (let round = 0; round < rounds; round += 1) {
    for (let n = 0; n < DUE_PER_ROUND; n += 1) {
      const block = Math.floor((n * blocks) / DUE_PER_ROUND);
      due.set(block * BLOCK + dueSlot(round, n % 10), round);
    }
  }
  return due;
}

/** Eight of accounts of their own, and one of each large one. */
function dueSlot(round: number, way: number): number {
  if (way < 8) return round * 8 + way;
  return (LARGE_SLOTS[way - 8] ?? 0) + round;
}

function accountSlot(slot: number): number {
  if (slot < SINGLES) return slot;
  return slot < SINGLES + SIBLINGS ? SINGLES : SINGLES + SIBLINGS;
}

function metaId(size: number, kind: number, index: number): string {
  const scattered = ((index + 1) * FACTOR) % MODULUS;
  return `${kind}${String(size).length}${String(scattered).padStart(13, "0")}`;
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest().subarray(0, 16);
}
