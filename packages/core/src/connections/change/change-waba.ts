import type { Author } from "../../access/audit/audit-log.ts";
import { Failure, type FailureCode } from "../../failure.ts";
import type { SeenRouting } from "../../meta/routing.ts";
import { noteDeadToken } from "../token/dead-token.ts";
import { type Waba, type WabaRef, wabaKey } from "../waba.ts";
import {
  type Changed,
  type ChangeParts,
  commitChange,
  dropIntent,
  type HeldParts,
  recordIntent,
} from "./commit-change.ts";
import type { Intent, WabaChange } from "./intent.ts";
import { readKnown } from "./known-waba.ts";
import {
  foreignOverride,
  isFinal,
  planTelling,
  type Telling,
  takeBack,
  tellMeta,
} from "./tell-meta.ts";

/** What is to be done to an account, and who asks. */
export interface Undertaking {
  readonly change: WabaChange;
  readonly author: Author;
}

/** What was done. */
export interface Done extends Changed {
  /** Whether Meta was told that our app is done with the account. */
  readonly metaUnsubscribed: boolean;
}

/**
 * The one way an account changes where Meta has a part in it: finish what was begun → decide → look at
 * Meta → record the intent → tell Meta → commit with the events. One change of an account at a time,
 * over all nodes. A crash after any line leaves at most an intent, which the next change of the
 * account, or a timer, finishes.
 *
 * @param decide Sees the account as it is, `undefined` where nobody has connected it; throws to refuse.
 * @throws {Failure} What `decide` throws; Meta's refusal, with nothing changed here, nor at Meta as far
 *   as it let us; `meta_outcome_unknown` when that cannot be told, and then the change is finished
 *   later; `meta_unavailable`, `meta_throttled`, `connection_busy`, `store_unavailable`
 */
export async function changeWaba(
  parts: ChangeParts,
  ref: WabaRef,
  decide: (waba: Waba | undefined) => Promise<Undertaking>,
): Promise<Done> {
  let done: Done | undefined;
  while (!done) {
    done = await parts.leases.hold(wabaKey(ref.appId, ref.wabaId), async (lease) => {
      const held = { ...parts, lease };
      await finishBegun(held, ref);
      const waba = (await readKnown(parts.store, ref))?.waba;
      return begin(held, ref, await decide(waba));
    });
  }
  return done;
}

/** Finishes what somebody has begun with an account, if anything. @throws as `changeWaba` */
export async function settleWaba(parts: ChangeParts, ref: WabaRef): Promise<void> {
  await parts.leases.hold(wabaKey(ref.appId, ref.wabaId), (lease) =>
    finishBegun({ ...parts, lease }, ref),
  );
}

async function finishBegun(parts: HeldParts, ref: WabaRef): Promise<void> {
  const waba = (await readKnown(parts.store, ref))?.waba;
  if (!waba?.intent) return;
  try {
    const telling = await planResumed(parts, ref, waba.intent);
    await carryOut(parts, ref, { ...telling, intent: waba.intent, isResumed: true });
  } catch (error) {
    if (!isFinal(error)) throw error;
    await noteDeadToken(parts, waba, error);
    // It was taken back; only its author would have been told.
    parts.logger.warn({ error, ...ref }, "a change that was begun earlier was refused");
  }
}

async function planResumed(parts: HeldParts, ref: WabaRef, { change, seen }: Intent) {
  const known = await readKnown(parts.store, ref);
  if (!known) throw new Failure("not_found");
  try {
    return { ...(await planTelling(parts, known.waba, change)), before: seen };
  } catch (error) {
    if (isFinal(error)) await dropIntent(parts, ref, { change, restored: false });
    throw error;
  }
}

async function begin(parts: HeldParts, ref: WabaRef, { change, author }: Undertaking) {
  const coming = change.kind === "connect" ? change : undefined;
  const known = await readKnown(parts.store, ref, coming);
  if (!known) throw new Failure("not_found");
  try {
    const telling = await planTelling(parts, known.waba, change);
    const { seen, steps } = telling;
    const intent: Intent = { startedAt: parts.clock.now(), author, change, seen };
    if (steps.length > 0 && !(await recordIntent(parts, ref, intent))) return undefined;
    return await carryOut(parts, ref, { ...telling, before: seen, intent, isResumed: false });
  } catch (error) {
    const isOwnToken = !("accessToken" in change);
    if (isOwnToken && error instanceof Failure) await noteDeadToken(parts, known.waba, error);
    throw error;
  }
}

interface Task extends Telling {
  readonly intent: Intent;
  /** How Meta stood before the change was begun. */
  readonly before: SeenRouting;
  readonly isResumed: boolean;
}

async function carryOut(parts: HeldParts, ref: WabaRef, task: Task): Promise<Done | undefined> {
  const { intent, steps, isResumed } = task;
  const { change } = intent;
  const drop = async (restored: boolean) => {
    const isRecorded = isResumed || steps.length > 0;
    if (isRecorded) await dropIntent(parts, ref, { change, restored });
  };
  const { refusal, restored } = await tellMeta(task).catch(async (error: unknown) => {
    if (!isResumed && isUndone(error)) await drop(true);
    throw error;
  });
  if (refusal && !GOES_ON.has(change.kind)) {
    await drop(restored);
    throw refusal;
  }
  const refused = refusal !== null && change.kind === "resume";
  const verdict = { foreignOverride: foreignOverride(task), refused };
  try {
    const changed = await commitChange(parts, ref, { intent, verdict });
    const metaUnsubscribed = !refusal && steps.some(({ kind }) => kind === "unsubscribe");
    return changed && { ...changed, metaUnsubscribed };
  } catch (error) {
    if (isFinal(error)) await drop(await takeBack(task));
    throw error;
  }
}

/** Meta's refusal keeps no number from leaving, and none from being served again. */
const GOES_ON: ReadonlySet<WabaChange["kind"]> = new Set(["disconnect", "resume"]);

/** Nothing was done: the first thing Meta was told did not reach it, or it had no time. */
function isUndone(error: unknown): boolean {
  return error instanceof Failure && UNDONE.has(error.code);
}

const UNDONE: ReadonlySet<FailureCode> = new Set(["meta_unavailable", "meta_throttled"]);
