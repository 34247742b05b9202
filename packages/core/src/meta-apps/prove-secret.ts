import { Failure, type FailureCode } from "../failure.ts";
import type { GraphApp } from "../meta/graph.ts";
import type { MetaApps } from "../meta-app.ts";

/** Meta has answered, and will answer the same. */
const REFUSALS: ReadonlySet<FailureCode> = new Set<FailureCode>([
  "meta_token_expired",
  "meta_rejected",
  "code_exchange_failed",
]);

/**
 * Holds the secret of an app against Meta, by a call that only who knows it can make.
 *
 * @throws {Failure} `invalid_request` naming `appSecret` when Meta does not take it for this app;
 *   `meta_unavailable`, `meta_throttled`
 */
export async function proveSecret(
  { graphOf }: Pick<MetaApps, "graphOf">,
  app: GraphApp,
): Promise<void> {
  try {
    await graphOf(app).getAppSubscription();
  } catch (error) {
    if (!(error instanceof Failure) || !REFUSALS.has(error.code)) throw error;
    throw notTheSecret(app, error);
  }
}

function notTheSecret({ appId }: GraphApp, cause: Failure): Failure {
  const message = `Meta does not take it as the secret of app ${appId}`;
  const fields = [{ path: "appSecret", message }];
  const context = { ...cause.context, fields };
  return new Failure("invalid_request", `appSecret: ${message}.`, { cause, context });
}
