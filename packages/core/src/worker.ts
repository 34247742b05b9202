import { intentTimers, settleIntents } from "./connections/change/resume-intents.ts";
import { pendingTimers, verifyPending } from "./connections/connect/verify-pending.ts";
import { eraseTenants, erasureTimers } from "./connections/tenants/erase-tenant.ts";
import { modeTimers, resolveMode } from "./connections/timers/resolve-mode.ts";
import { reviewNumber, reviewTimers } from "./connections/timers/review.ts";
import { runTimers, TIMERS_JOB } from "./connections/timers/timers.ts";
import { tokenTimers } from "./connections/timers/token-notice.ts";
import { drain } from "./delivery/drain.ts";
import { type Erased, eraseEvents } from "./delivery/erase-events.ts";
import { openGates } from "./delivery/gate.ts";
import { hear } from "./delivery/hear.ts";
import type { Listeners } from "./delivery/listeners.ts";
import { REPLAY_JOB, replayTimers } from "./delivery/replay.ts";
import { runReplay } from "./delivery/run-replay.ts";
import { DEFAULT_SCHEDULE_MS } from "./delivery/schedule.ts";
import { heartbeatTimers } from "./heartbeat/watch.ts";
import { recoveredTimers } from "./onboarding/recovery/tell-recovered.ts";
import { eraseSessions } from "./onboarding/sessions/erase-sessions.ts";
import { resumeSignup, sessionTimers } from "./onboarding/signup/resume-session.ts";
import { becomeOnlyWorker } from "./only-worker.ts";
import type { CheckedOptions } from "./options.ts";
import type { Parts } from "./parts.ts";
import type { JobHandler, JobHandlers } from "./queue/queue.ts";
import { createPurge } from "./retention.ts";
import { harmless } from "./telemetry/hooks.ts";
import { observeBreakers } from "./telemetry/observe-breakers.ts";
import { observeQueue } from "./telemetry/observe-queue.ts";
import type { ErrorContext } from "./telemetry/on-error.ts";
import { inSpan } from "./telemetry/span.ts";
import { processNotifications } from "./webhook/process.ts";

/** How often to look for work whose wake-up was lost. */
const SWEEP_MS = 30_000;

/** The part of a hub that turns notifications into events, and events into deliveries. */
export interface Worker {
  /** Ends by the `deadline` (epoch ms); what is not finished by then is done again at the next start. */
  readonly stop: (deadline: number) => Promise<void>;
  /** Once it has stopped, lets another one begin that has waited for it. */
  readonly letGo: () => Promise<void>;
}

interface WorkerParts extends Parts {
  readonly listeners: Listeners;
}

/** Starts the jobs, and finds what an earlier process left behind. */
export async function startWorker(options: CheckedOptions, parts: WorkerParts): Promise<Worker> {
  const { app, outbox, notifications } = parts;
  const letGo = await becomeOnlyWorker(app);
  const stopping = new AbortController();
  const scheduleMs = options.deliveryScheduleMs ?? DEFAULT_SCHEDULE_MS;
  const gates = openGates(app.clock);
  const sending = { random: Math.random, scheduleMs, gates, stopping: stopping.signal };
  const onError = harmless(options.onError, { logger: app.logger, name: "onError" });
  const handlers = {
    notification: processNotifications({ ...parts, ...app }),
    event: hear({ ...options, ...parts, ...app, random: Math.random, onError }),
    drain: drain({ ...parts, ...app, ...sending }),
    ...timerJobs(parts, stopping.signal),
  };
  const sweep = async () => {
    await outbox.sweep();
    await notifications.sweep();
    await app.queue.add([TIMERS_JOB]);
  };
  const purge = createPurge({ ...parts, ...options, stopping: stopping.signal });
  const stopSweeping = repeat(options, () => sweep().then(purge));
  const observers = [observeQueue(app), observeBreakers(gates)];
  const stop = async (deadline: number) => {
    stopSweeping();
    for (const stopObserving of observers) stopObserving();
    stopping.abort();
    await app.queue.stop(deadline);
  };
  try {
    const atOnce = { event: options.listenerConcurrency };
    await app.queue.start(reporting(handlers, onError), atOnce);
    await sweep();
  } catch (error) {
    await stop(app.clock.now());
    await letGo();
    throw error;
  }
  return { stop, letGo };
}

/** What comes round by itself, and the jobs it leads to. */
function timerJobs({ app, history, graveyard }: Parts, stopping: AbortSignal): JobHandlers {
  const erasing = {
    async eraseEvents(whose: Erased) {
      await eraseEvents({ ...app, history }, whose);
      // Afterwards, since nothing dies whose event has gone.
      await graveyard.erase(whose);
    },
    eraseSessions: (whose: Erased) => eraseSessions(app, whose),
  };
  const handlers = {
    heartbeat: heartbeatTimers(app),
    mode: modeTimers(app),
    token: tokenTimers(app),
    intent: intentTimers(app),
    verify: pendingTimers(app),
    review: reviewTimers(app),
    session: sessionTimers(app),
    recovered: recoveredTimers(app),
    replay: replayTimers(app),
    erasure: erasureTimers(app),
  };
  return {
    timers: runTimers({ ...app, handlers, stopping }),
    mode: resolveMode(app),
    settle: settleIntents(app),
    verify: verifyPending(app),
    review: reviewNumber(app),
    onboard: resumeSignup(app),
    [REPLAY_JOB]: runReplay(app),
    erase: eraseTenants({ ...app, ...erasing }),
  };
}

/** Runs jobs in spans, and tells the hook of what fails; the queue sees to the rest. */
function reporting(
  handlers: JobHandlers,
  onError: (error: unknown, context: ErrorContext) => void,
): JobHandlers {
  const reported = Object.entries(handlers).map(([job, handle]): [string, JobHandler] => [
    job,
    (id) =>
      inSpan(`job ${job}`, {}, () => handle(id)).catch((error: unknown) => {
        onError(error, { kind: "job", job, attempt: null, nextAttemptAt: null, dead: false });
        throw error;
      }),
  ]);
  return Object.fromEntries(reported);
}

function repeat({ clock, logger }: CheckedOptions, sweep: () => Promise<void>): () => void {
  let cancel = () => {};
  const arm = () => {
    cancel = clock.schedule(clock.now() + SWEEP_MS, () => {
      sweep().catch((error) => logger.warn({ error }, "a sweep failed; the next one tries again"));
      arm();
    });
  };
  arm();
  return () => cancel();
}
