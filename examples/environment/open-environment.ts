import type { HubOptions } from "@wabakit/core";
import { type Logger, pino } from "pino";
import { announcement } from "./announcement.ts";
import { exposeMetrics } from "./expose-metrics.ts";
import { keptSecrets } from "./kept-secrets.ts";
import { openMeta } from "./open-meta.ts";
import { openStore } from "./open-store.ts";
import { openPlayground } from "./playground.ts";
import { readVariables } from "./variables.ts";
import { warningsAbout } from "./warnings.ts";

const DATA_FOLDER = "data";

/** What the environment asks for, opened. */
export interface Environment {
  readonly port: number;
  readonly hubOptions: HubOptions;
  readonly logger: Logger;
  /** Says where everything is: to people while developing, as one line of the log in production. */
  readonly announce: () => void;
  /** Disconnects the store; ends metrics, and the fake Meta, where there are any. */
  readonly close: () => Promise<void>;
}

/**
 * Turns environment variables into the options of a hub. While developing, secrets that are not set
 * are made once and kept in `data/`, and a fake Meta stands in for one that is not configured.
 *
 * @throws {Error} One message that names every variable that is wrong or missing.
 */
export async function openEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Promise<Environment> {
  const { NODE_ENV } = readVariables(env);
  const kept = NODE_ENV === "production" ? [] : await keptSecrets(env, DATA_FOLDER);
  const variables = readVariables({
    ...env,
    ...Object.fromEntries(kept.map(({ name, value }) => [name, value])),
  });
  const { PORT, DATABASE_URL, LOG_LEVEL } = variables;
  const localUrl = `http://localhost:${PORT}`;
  const publicUrl = variables.PUBLIC_URL ?? localUrl;

  const serializers = { error: pino.stdSerializers.err };
  const logger = pino({ level: LOG_LEVEL, base: null, serializers });
  for (const warning of warningsAbout(variables)) logger.warn(warning);

  const { METRICS_PORT, METRICS_HOST: host } = variables;
  const hideMetrics = METRICS_PORT && (await exposeMetrics({ host, port: METRICS_PORT }));
  const store = await openStore(DATABASE_URL);
  const meta = await openMeta(variables);
  const playground = meta.fake && (await openPlayground(meta.fake, callbackOf(PORT)));

  return {
    port: PORT,
    logger,
    hubOptions: {
      store,
      publicUrl,
      logger,
      secretKeys: variables.WABAKIT_SECRET_KEYS ?? [],
      apiKey: variables.WABAKIT_API_KEY,
      meta: meta.options,
      nodes: variables.NODES,
      roles: variables.ROLES,
      limits: variables.LIMITS,
      allowedRedirectUrls: variables.ALLOWED_REDIRECT_URLS,
      allowPrivateNetwork: variables.ALLOW_PRIVATE_NETWORK,
    },
    announce() {
      logger.info({ port: PORT, publicUrl }, "listening");
      if (NODE_ENV === "production") return;
      const metricsUrl = METRICS_PORT ? `http://${host}:${METRICS_PORT}/metrics` : undefined;
      const places = { localUrl, publicUrl, databaseUrl: DATABASE_URL, kept, metricsUrl };
      console.log(announcement({ ...places, metaUrl: meta.fake?.url, playground }));
    },
    async close() {
      await store.disconnect();
      if (hideMetrics) await hideMetrics();
      await playground?.close();
      await meta.fake?.close();
    },
  };
}

/** The fake Meta runs in this process: it needs no public address. */
function callbackOf(port: number): string {
  return `http://127.0.0.1:${port}/webhooks/meta`;
}
