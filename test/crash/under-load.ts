import type { End, Life } from "./life.ts";
import { type Load, startLoad } from "./load.ts";
import { seededRandom } from "./random.ts";
import type { CrashSetting } from "./setting.ts";
import { reconcile, type Tally } from "./tally.ts";
import { until } from "./until.ts";

/** How much of what reaches the endpoint it refuses, so that retries are under way as well. */
const REFUSED = 0.02;

/** Lives one after the other, with Meta sending all the time. */
export interface UnderLoad {
  readonly seed: string;
  readonly lives: number;
  /** Ends a life that has just begun, at a moment of its choice. */
  readonly endLife: (life: Life) => Promise<void>;
  /** How long the last life may take to deliver what the others left. */
  readonly drainMs: number;
}

/** What came of it. */
export interface Outcome {
  /** The last one is of the life that finished everything. */
  readonly ends: readonly End[];
  readonly tally: Tally;
}

/** Lives under load, then a life without load that has to finish everything. */
export async function liveUnderLoad(setting: CrashSetting, plan: UnderLoad): Promise<Outcome> {
  const random = seededRandom(plan.seed, "refusals");
  setting.refuse(() => random() < REFUSED);
  await settleIn(setting);
  const load = startLoad(setting, plan.seed);
  const ends: End[] = [];
  while (ends.length < plan.lives) {
    const life = setting.begin();
    await plan.endLife(life);
    ends.push(await life.end);
  }
  const last = setting.begin();
  await last.ready;
  await load.stop();
  await until(drained(setting, load), plan.drainMs);
  last.terminate();
  ends.push(await last.end);
  return { ends, tally: await tallyOf(setting, load) };
}

/** The number has to be connected before Meta speaks of it. */
async function settleIn(setting: CrashSetting): Promise<void> {
  const life = setting.begin();
  await life.ready;
  life.terminate();
  await life.end;
}

/** Whether everything accepted has been delivered and heard; it looks closely only if it may be so. */
function drained(setting: CrashSetting, load: Load): () => Promise<boolean> {
  return async () => {
    if (setting.taken().length < load.accepted.size) return false;
    const { lost, unheard } = await tallyOf(setting, load);
    return lost.length + unheard.length === 0;
  };
}

async function tallyOf(setting: CrashSetting, { accepted, sent }: Load): Promise<Tally> {
  const { sink, taken, heard } = setting;
  return reconcile({
    accepted,
    sent,
    received: sink.received,
    taken: taken(),
    heard: await heard(),
  });
}
