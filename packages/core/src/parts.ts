import { createKnownKeys } from "./access/keys/known-keys.ts";
import { loadDefaultOrganizationId } from "./access/organizations/organization.ts";
import type { App } from "./app.ts";
import { loadRootSecret } from "./crypto/root-secret.ts";
import { createVault } from "./crypto/vault.ts";
import { type Graveyard, openGraveyard } from "./delivery/dead-letters/graveyard.ts";
import { openBacklogs } from "./delivery/delivery.ts";
import { createDirectory } from "./delivery/directory.ts";
import { createEmit, openEmitted } from "./delivery/emit.ts";
import { openLastDeliveries } from "./delivery/last-deliveries.ts";
import { type Outbox, openOutbox } from "./delivery/outbox.ts";
import { createRecentEvents, type RecentEvents } from "./delivery/recent-events.ts";
import { createEgress } from "./egress/send.ts";
import { createCursors } from "./http/cursor.ts";
import { openMetaApps } from "./meta-apps/open-meta-apps.ts";
import type { CheckedOptions } from "./options.ts";
import { localQueue } from "./queue/local-queue.ts";
import type { Queue } from "./queue/queue.ts";
import { type Expiring, openExpiring } from "./store/expiring.ts";
import type { History } from "./store/history.ts";
import { openJournal } from "./store/journal.ts";
import { keyvStore } from "./store/keyv-store.ts";
import { openLeases } from "./store/lease.ts";
import type { LogParts } from "./store/log.ts";
import { openWriter } from "./store/membership.ts";
import type { Store } from "./store/store.ts";
import type { Counters } from "./webhook/counters.ts";
import { type Notifications, openNotifications } from "./webhook/notifications.ts";

const FORGOTTEN = "other nodes could not be told of the end of this one, and wait for it a while";
const ROTATION_DUE =
  "stored secrets are sealed with an older key of secretKeys; hub.rotateSecrets() seals them with the newest";

/** Everything that exists while a hub runs, and only then. */
export interface Parts {
  readonly app: App;
  readonly outbox: Outbox;
  readonly recent: RecentEvents;
  readonly history: History;
  readonly graveyard: Graveyard;
  readonly expiring: Expiring;
  readonly notifications: Notifications;
  readonly defaultOrganizationId: string;
  /** Tells other nodes that this one is gone, while the store still runs. */
  readonly leave: () => Promise<void>;
}

/** The store the host gave: a Keyv is wrapped, a `Store` taken as it is. */
export function openStore({ store }: CheckedOptions): Store {
  return "commit" in store ? store : keyvStore(store);
}

/**
 * Opens what a hub needs of its store, which is started.
 *
 * @throws {Error} When the store was written with other secret keys.
 */
export async function openParts(
  options: CheckedOptions,
  store: Store,
  counters: Counters,
): Promise<Parts> {
  const { clock, logger } = options;
  const writer = openWriter({ store, clock, logger });
  const log = { store, writer };
  const queue: Queue = options.queue ?? localQueue({ ...log, clock, logger });
  const vault = createVault(options.secretKeys);
  const rootSecret = await loadRootSecret(store, vault);
  if (!rootSecret.isCurrent) logger.info({}, ROTATION_DUE);
  const defaultOrganizationId = await loadDefaultOrganizationId({ store, clock });
  const { telling, ...left } = openTelling({ ...log, queue, clock, logger });
  const cursors = createCursors(rootSecret.derive("cursor"));
  const leases = openLeases({ store, clock, logger });
  const knownKeys = createKnownKeys({ store, clock });
  const { heartbeat, retention } = options;
  const shared = { store, leases, queue, clock, logger, counters, heartbeat, retention };
  const secrets = { vault, rootSecret, knownKeys, cursors };
  return {
    app: {
      ...shared,
      ...secrets,
      ...telling,
      ...openOutside(options, { ...shared, vault }),
    },
    ...left,
    expiring: openExpiring(log),
    notifications: openNotifications({ ...log, queue, clock, logger }),
    defaultOrganizationId,
    async leave() {
      await writer.leave().catch((error) => logger.warn({ error }, FORGOTTEN));
    },
  };
}

type TellingParts = LogParts & Pick<App, "queue" | "clock" | "logger">;

/** How what happened is told, and what is left of the telling. */
function openTelling({ queue, clock, logger, ...log }: TellingParts) {
  const { store } = log;
  const outbox = openOutbox({ ...log, queue });
  const backlogs = openBacklogs(log);
  const directory = createDirectory(store);
  const recent = createRecentEvents();
  const history = openEmitted(log);
  const journal = openJournal({ store, clock, history });
  const kept = { outbox, recent, history };
  const emit = createEmit({ store, clock, logger, backlogs, directory, journal, ...kept });
  const lastDeliveries = openLastDeliveries({ store, directory });
  const graveyard = openGraveyard({ ...log, clock, outbox });
  return { telling: { emit, lastDeliveries, backlogs, directory }, ...kept, graveyard };
}

type OutsideParts = Pick<App, "store" | "clock" | "logger" | "vault">;

/** The world around the hub: where it is reached, and whom it asks. */
function openOutside(options: CheckedOptions, parts: OutsideParts) {
  const { paths, meta: configured, allowPrivateNetwork, allowedRedirectUrls, onboarding } = options;
  const publicUrl = options.publicUrl.replace(/\/+$/, "");
  const egressPolicy = { allowPrivateNetwork };
  return {
    publicUrl,
    allowedRedirectUrls: [`${new URL(publicUrl).origin}/*`, ...allowedRedirectUrls],
    onboarding,
    pagesUrl: publicUrl + paths.pages,
    egressPolicy,
    egress: createEgress({ policy: egressPolicy, clock: parts.clock }),
    metaApps: openMetaApps({ ...parts, configured, receiverUrl: publicUrl + paths.receiver }),
  };
}
