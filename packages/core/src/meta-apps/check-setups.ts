import type { App } from "../app.ts";
import { Failure } from "../failure.ts";
import type { MetaApp } from "../meta-app.ts";
import { askSetup } from "./setup.ts";

/** A program that is started over and over does not ask Meta each time. */
const AFTER_MS = 15_000;

const NOT_ASKED = "Meta did not tell how an app is set up";
const DIFFERS =
  "Meta does not send an app's webhooks as this hub needs them; POST /meta-apps/:id/setup sets callback and fields";

type CheckParts = Pick<App, "clock" | "logger" | "metaApps">;

/**
 * A while after the start, asks Meta how each app is set up, and warns of those whose callback or fields
 * are not what we need. Whatever comes of it, the hub works on.
 *
 * @returns Ends it.
 */
export function checkSetups(parts: CheckParts): () => void {
  const { clock, logger } = parts;
  const stopping = new AbortController();
  const cancel = clock.schedule(clock.now() + AFTER_MS, () => {
    checkAll(parts, stopping.signal).catch((error) => logger.error({ error }, NOT_ASKED));
  });
  return () => {
    cancel();
    stopping.abort();
  };
}

async function checkAll(parts: CheckParts, stopping: AbortSignal): Promise<void> {
  for (const app of await parts.metaApps.all()) {
    if (stopping.aborted) return;
    await check(parts, app);
  }
}

async function check({ logger }: CheckParts, app: MetaApp): Promise<void> {
  const { appId } = app;
  try {
    const { isComplete, ...setup } = await askSetup(app);
    if (!isComplete) logger.warn({ appId, ...setup }, DIFFERS);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    logger.warn({ appId, error }, NOT_ASKED);
  }
}
