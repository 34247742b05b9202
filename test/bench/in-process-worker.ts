import type { Hub } from "@wabakit/core";
import { signLikeMeta } from "@wabakit/testing";
import { parseNotification } from "../../packages/core/src/webhook/parse.ts";
import { verifySignature } from "../../packages/core/src/webhook/verify.ts";
import type { Place } from "../place.ts";
import { openBenchHub } from "./bench-hub.ts";
import { obey } from "./commands.ts";
import type { FakeNumber } from "./fake-number.ts";
import { spread } from "./figures.ts";
import { verifyAndParse } from "./floor.ts";
import { handOver, type Signed } from "./hand-over.ts";
import { type Ear, listenTo } from "./heard.ts";
import { notification } from "./notification.ts";
import type { Plan } from "./plan.ts";

/** What to measure, without any server. */
export interface InProcess {
  readonly number: FakeNumber;
  readonly place: Place;
  readonly plan: Pick<Plan, "rounds" | "sizes">;
}

/** Microseconds per item in each round, one notification at a time. */
export interface SizeRounds {
  readonly items: number;
  readonly floorUs: readonly number[];
  /** Verified, and parsed into updates. */
  readonly readUs: readonly number[];
  /** From the call to the listener having heard the last item. */
  readonly hubUs: readonly number[];
}

const commands = { measure };
export type InProcessCommands = typeof commands;
obey(commands);

const PATIENCE_MS = 60_000;
const WARM_UP_PASSES = 20;
const PASSES = 40;

interface Subject {
  readonly number: FakeNumber;
  readonly hub: Hub;
  readonly ear: Ear;
  /** Messages made so far; the next one is new. */
  ordinal: number;
}

async function measure({ number, place, plan }: InProcess): Promise<readonly SizeRounds[]> {
  const { hub, close } = await openBenchHub({ number, place });
  const subject = { number, hub, ear: listenTo(hub), ordinal: 0 };
  const results = [];
  for (const size of plan.sizes) {
    await roundOf(subject, size);
    const rounds = [];
    for (let count = 0; count < plan.rounds; count += 1) rounds.push(await roundOf(subject, size));
    const floorUs = rounds.map((round) => round.floorUs);
    const readUs = rounds.map((round) => round.readUs);
    const hubUs = rounds.map((round) => round.hubUs);
    results.push({ items: size.items, floorUs, readUs, hubUs });
  }
  await close();
  return results;
}

async function roundOf(subject: Subject, { items, notifications }: Plan["sizes"][number]) {
  const signed = Array.from({ length: notifications }, () => sign(subject, items));
  const { appSecret } = subject.number;
  const floor = () => {
    for (const { bytes, headers } of signed) {
      verifyAndParse(bytes, headers["x-hub-signature-256"], appSecret);
    }
  };
  const read = () => {
    for (const { bytes, headers } of signed) {
      verifySignature(bytes, headers["x-hub-signature-256"] ?? "", [appSecret]);
      parseNotification(bytes);
    }
  };
  const [floorMs, readMs] = sideBySide(floor, read);
  const hubMs = await timed(async () => {
    for (const request of signed) {
      const expected = subject.ear.read().messages + items;
      await handOver(subject.hub, request);
      await subject.ear.until(expected, PATIENCE_MS);
    }
  });
  const perItemUs = (elapsedMs: number) => (elapsedMs * 1_000) / (notifications * items);
  return { floorUs: perItemUs(floorMs), readUs: perItemUs(readMs), hubUs: perItemUs(hubMs) };
}

function sign(subject: Subject, items: number): Signed {
  const bytes = notification(subject.number.template, subject.ordinal, items);
  subject.ordinal += items;
  return { bytes, headers: { ...signLikeMeta(bytes, subject.number.appSecret) } };
}

/**
 * The usual time of each, in turns, as in a server that has run for a while: what is compiled meanwhile
 * is of no interest. A full collection throws away compiled code whose objects are all gone, so none is
 * asked for in between.
 */
function sideBySide(one: () => void, other: () => void): readonly [number, number] {
  globalThis.gc?.();
  const passes = Array.from({ length: WARM_UP_PASSES + PASSES }, () => {
    return [timedSync(one), timedSync(other)] as const;
  });
  const counted = passes.slice(WARM_UP_PASSES);
  return [spread(counted.map(([ms]) => ms)).median, spread(counted.map(([, ms]) => ms)).median];
}

function timedSync(run: () => void): number {
  const startedAt = performance.now();
  run();
  return performance.now() - startedAt;
}

async function timed(run: () => Promise<void>): Promise<number> {
  globalThis.gc?.();
  const startedAt = performance.now();
  await run();
  return performance.now() - startedAt;
}
