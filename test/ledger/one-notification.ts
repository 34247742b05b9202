import type { Death } from "./failpoint.ts";
import type { End, Life } from "./life.ts";
import { batch, type Post, send } from "./load.ts";
import type { Setting } from "./setting.ts";
import { lostIn, reconcile, type Tally } from "./tally.ts";
import { until } from "./until.ts";

/** More than a life takes that does not die. */
const LIFE_MS = 15_000;
/** A message and a status; one of them is refused once, and sent again. */
export const ITEMS = 2;

/** One notification from its acceptance to its end, over as many lives as that takes. */
export interface Story {
  /** One per life. */
  readonly ends: readonly End[];
  readonly tally: Tally;
}

interface Telling {
  readonly setting: Setting;
  readonly post: Post;
  answered: boolean;
}

/**
 * Starts the server on nothing, connects, sends a notification, has it delivered and heard, and stops.
 * The lives die as planned, one after the other; the first one that does not die finishes the job.
 */
export async function tellStory(setting: Setting, deaths: readonly Death[]): Promise<Story> {
  const telling: Telling = { setting, post: batch(setting, ITEMS), answered: false };
  let refusals = 0;
  for (const endpoint of setting.endpoints) {
    endpoint.behave(() => (refusals++ === 0 ? "refuse" : "take"));
  }
  const ends: End[] = [];
  for (const death of [...deaths, undefined]) {
    const [node] = setting.nodes;
    if (!node) break;
    const end = await live(telling, node.begin(death));
    ends.push(end);
    if (end.signal === null) break;
  }
  return { ends, tally: await tallyOf(telling) };
}

async function live(telling: Telling, life: Life): Promise<End> {
  let over = false;
  const end = life.end.finally(() => {
    over = true;
  });
  if (await life.ready) {
    await until(async () => over || (await isTold(telling)), LIFE_MS);
    life.terminate();
  }
  return end;
}

/** Like Meta, sends again as long as there is no answer. */
async function isTold(telling: Telling): Promise<boolean> {
  telling.answered ||= await send(telling.setting, telling.post);
  const tally = await tallyOf(telling);
  return tally.accepted > 0 && lostIn(tally).length === 0;
}

async function tallyOf({ setting, post, answered }: Telling): Promise<Tally> {
  const { endpoints, heard } = setting;
  await heard.read();
  const accepted = new Set(answered ? post.names : []);
  return reconcile({ accepted, sent: new Set(post.names), endpoints, heard: heard.counts });
}
