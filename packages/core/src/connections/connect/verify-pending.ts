import type { App } from "../../app.ts";
import { Failure } from "../../failure.ts";
import type { JobHandler } from "../../queue/queue.ts";
import { changeNumber } from "../change-number.ts";
import { findByIds, type Located } from "../located.ts";
import { type TimerHandler, tryAgain } from "../timers/timers.ts";
import { pendingRequestPlace } from "../waba.ts";
import { type ConnectParts, connect } from "./connect.ts";
import { PendingRequest } from "./connect-later.ts";

/** The job that asks Meta about one pending number; its id is the connection's. */
const VERIFY_JOB = "verify";

/** Sees to it that numbers that were connected without asking Meta are asked about. */
export function pendingTimers({
  store,
  clock,
  queue,
}: Pick<App, "store" | "clock" | "queue">): TimerHandler {
  return async (fired) => {
    const located = await findByIds(store, fired);
    const pending = located.filter(({ number }) => number.pendingRequest !== null);
    return {
      next: pending.map(({ name }) => tryAgain(name, clock.now())),
      apply: () => queue.add(pending.map(({ name }) => ({ kind: VERIFY_JOB, id: name.id }))),
    };
  };
}

/** The job that asks Meta. What passes is tried again when the next timer comes round. */
export function verifyPending(parts: ConnectParts): JobHandler {
  return async (id) => {
    const [located] = await findByIds(parts.store, [{ id }]);
    if (located) await verify(parts, located);
    return undefined;
  };
}

async function verify(parts: ConnectParts, { waba, number }: Located<unknown>): Promise<void> {
  const { organizationId } = waba;
  const { connectionId, pendingRequest } = number;
  if (pendingRequest === null) return;
  const place = pendingRequestPlace(waba, connectionId);
  const opened = PendingRequest.parse(JSON.parse(parts.vault.open(pendingRequest, place)));
  const { actor, requestId, input } = opened;
  try {
    await connect(parts, { organizationId, actor, requestId }, input);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    parts.logger.warn({ error, connectionId }, "a pending connection could not be verified");
    if (!error.retryable && error.code !== "meta_outcome_unknown") {
      await giveUp(parts, { organizationId, connectionId }, error);
    }
  }
}

/** The connection stays as it is, and says why. */
async function giveUp(
  { store, emit, clock }: ConnectParts,
  {
    organizationId,
    connectionId,
  }: { readonly organizationId: string; readonly connectionId: string },
  { code }: Failure,
): Promise<void> {
  await changeNumber(
    { store, emit },
    { owner: { organizationId }, connectionId },
    ({ number }) => ({
      number: { ...number, pendingRequest: null, statusReason: code, updatedAt: clock.now() },
      drafts: [],
    }),
  );
}
