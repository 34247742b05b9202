import { setTimeout as sleep } from "node:timers/promises";
import { type Ended, type Ending, endings, endLife } from "./ending.ts";
import type { End, Life } from "./life.ts";
import { type Load, startLoad } from "./load.ts";
import { type Random, seededRandom } from "./random.ts";
import type { Node, Setting } from "./setting.ts";
import { startSinkTrouble } from "./sink-trouble.ts";
import { lostIn, reconcile, type Tally } from "./tally.ts";
import { until } from "./until.ts";

/** Looking closely costs more than waiting a moment. */
const DRAIN_POLL_MS = 250;
/** Nothing comes for this long only when nothing comes any more: a sweep of what other nodes took in
 * is made every 30 s, and what was not answered waits for a time-out, and for a minute after it. */
const PATIENCE_MS = 75_000;
const PATIENCE_AFTER_STALLS_MS = 180_000;
/** How long the last lives may take to accept what is still to be sent. */
const LOAD_MS = 20 * 60_000;

/** A run under load with deaths and outages, then without, until everything is delivered. */
export interface RunPlan {
  readonly seed: string;
  /** How many lives end as they were meant to, on all nodes together, before the last ones. */
  readonly lives: number;
  /** How lives end; in every way there is when left out. */
  readonly endings?: (node: Node, random: Random) => () => Ending;
  /** How many items have to be accepted, spread over the lives. */
  readonly events: number;
  /** Whether endpoints also leave requests unanswered for ever. */
  readonly stalls: boolean;
  /** Told what was reached, now and then. */
  readonly onProgress?: (ended: number, accepted: number) => void;
}

/** What came of it. */
export interface Outcome {
  readonly tally: Tally;
  /** How lives ended, by how they were meant to. */
  readonly ends: readonly LifeEnd[];
  readonly sinkOutages: number;
  /** Of the lives that finished everything, stopped as an operator does. */
  readonly lastEnds: readonly End[];
  readonly drainMs: number;
}

/** The end of a life, and what was planned for it. */
export interface LifeEnd extends Ended {
  readonly ending: Ending;
}

/** Whether a life was killed, or stopped where it was asked to. */
export function isAsMeant({ ending, code, signal }: LifeEnd): boolean {
  return ending.kind === "asked to stop" ? code === 0 : signal === "SIGKILL";
}

interface Living {
  readonly setting: Setting;
  readonly plan: RunPlan;
  readonly ends: LifeEnd[];
  readonly report: () => void;
}

/** Lives under load, one after the other on each node, then lives without that finish everything. */
export async function runLedger(setting: Setting, plan: RunPlan): Promise<Outcome> {
  const ends: LifeEnd[] = [];
  await settleIn(setting);
  const trouble = startSinkTrouble(setting.endpoints, plan);
  const perLife = plan.events / Math.max(1, plan.lives);
  const allowed = () => Math.min(plan.events, (endedAsMeant(ends) + 1) * perLife);
  const load = startLoad(setting, { seed: plan.seed, allowed });
  const report = () => plan.onProgress?.(endedAsMeant(ends), load.accepted.size);
  const living = { setting, plan, ends, report };
  await Promise.all(setting.nodes.map((_, index) => liveAndDie(living, index)));

  const last = setting.nodes.map((node) => node.begin());
  await Promise.all(last.map(({ ready }) => ready));
  await until(() => load.accepted.size >= plan.events, LOAD_MS);
  await Promise.all([load.stop(), trouble.end()]);
  const drainMs = await drain(setting, load, plan.stalls ? PATIENCE_AFTER_STALLS_MS : PATIENCE_MS);
  const lastEnds = await stopAll(last);
  const tally = await tallyOf(setting, load);
  return { ends, tally, sinkOutages: trouble.outages(), lastEnds, drainMs };
}

async function liveAndDie({ setting, plan, ends, report }: Living, index: number): Promise<void> {
  const node = setting.nodes[index];
  if (!node) return;
  const random = seededRandom(plan.seed, `node ${index}`);
  const draw = (plan.endings ?? endings)(node, random);
  while (endedAsMeant(ends) < plan.lives) {
    const ending = draw();
    const life = node.begin(ending.kind === "at a place" ? ending.death : undefined);
    ends.push({ ...(await endLife(setting, life, ending)), ending });
    report();
  }
}

/** A store that is away keeps a life from starting: that is no death. */
function endedAsMeant(ends: readonly LifeEnd[]): number {
  return ends.filter(isAsMeant).length;
}

/** The numbers have to be connected before Meta speaks of them. */
async function settleIn({ nodes }: Setting): Promise<void> {
  for (const node of nodes) {
    const life = node.begin();
    await life.ready;
    await stopAll([life]);
  }
}

function stopAll(lives: readonly Life[]): Promise<readonly End[]> {
  for (const { terminate } of lives) terminate();
  return Promise.all(lives.map(({ end }) => end));
}

/** Between two counts, so that little time goes by with counting. */
const TIMES_AS_LONG = 20;

/** Waits until nothing is missing, or nothing has come for long. @returns How long that took. */
async function drain(setting: Setting, load: Load, patienceMs: number): Promise<number> {
  const startedAt = performance.now();
  let missing = Number.POSITIVE_INFINITY;
  const comes = async () => {
    const [before, beganAt] = [missing, performance.now()];
    missing = lostIn(await tallyOf(setting, load)).length;
    // The customers' servers live in this process, and counting keeps them from answering.
    await sleep(TIMES_AS_LONG * (performance.now() - beganAt));
    return missing < before || missing === 0;
  };
  while (missing > 0 && (await until(comes, patienceMs, DRAIN_POLL_MS)));
  return performance.now() - startedAt;
}

async function tallyOf(setting: Setting, { accepted, sent }: Load): Promise<Tally> {
  const { endpoints, heard } = setting;
  await heard.read();
  return reconcile({ accepted, sent, endpoints, heard: heard.counts });
}
