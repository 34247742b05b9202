import { loadDefaultOrganizationId } from "./access/organization.ts";
import type { App } from "./app.ts";
import { loadRootSecret } from "./crypto/root-secret.ts";
import { createVault } from "./crypto/vault.ts";
import { type Backlogs, openBacklogs } from "./delivery/delivery.ts";
import { createDirectory } from "./delivery/directory.ts";
import { createEmit, openEmitted } from "./delivery/emit.ts";
import { type Outbox, openOutbox } from "./delivery/outbox.ts";
import { createRecentEvents, type RecentEvents } from "./delivery/recent-events.ts";
import { createEgress } from "./egress/send.ts";
import { createCursors } from "./http/cursor.ts";
import type { MetaApp } from "./meta-app.ts";
import type { CheckedOptions } from "./options.ts";
import { localQueue } from "./queue/local-queue.ts";
import type { Queue } from "./queue/queue.ts";
import type { History } from "./store/history.ts";
import { keyvStore } from "./store/keyv-store.ts";
import { openLeases } from "./store/lease.ts";
import { openWriter } from "./store/membership.ts";
import type { Store } from "./store/store.ts";
import { type Notifications, openNotifications } from "./webhook/notifications.ts";

const FORGOTTEN = "other nodes could not be told of the end of this one, and wait for it a while";
const ROTATION_DUE =
  "stored secrets are sealed with an older key of secretKeys; hub.rotateSecrets() seals them with the newest";

/** Everything that exists while a hub runs, and only then. */
export interface Parts {
  readonly app: App;
  readonly outbox: Outbox;
  readonly backlogs: Backlogs;
  readonly recent: RecentEvents;
  readonly history: History;
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
  metaApps: readonly MetaApp[],
): Promise<Parts> {
  const { clock, logger } = options;
  const writer = openWriter({ store, clock, logger });
  const log = { store, writer };
  const queue: Queue = options.queue ?? localQueue({ ...log, clock, logger });
  const vault = createVault(options.secretKeys);
  const rootSecret = await loadRootSecret(store, vault);
  if (!rootSecret.isCurrent) logger.info({}, ROTATION_DUE);
  const defaultOrganizationId = await loadDefaultOrganizationId(store);
  const outbox = openOutbox({ ...log, queue });
  const backlogs = openBacklogs(log);
  const directory = createDirectory(store);
  const recent = createRecentEvents();
  const history = openEmitted(log);
  const emit = createEmit({ store, clock, logger, outbox, backlogs, directory, recent, history });
  const cursors = createCursors(rootSecret.derive("cursor"));
  const egressPolicy = { allowPrivateNetwork: options.allowPrivateNetwork };
  const egress = createEgress({ policy: egressPolicy, clock });
  const publicUrl = options.publicUrl.replace(/\/+$/, "");
  const leases = openLeases({ store, clock, logger });
  const shared = { store, leases, queue, clock, logger };
  return {
    app: { ...shared, vault, rootSecret, cursors, emit, egress, egressPolicy, publicUrl, metaApps },
    outbox,
    backlogs,
    recent,
    history,
    notifications: openNotifications({ ...log, queue, clock, logger }),
    defaultOrganizationId,
    async leave() {
      await writer.leave().catch((error) => logger.warn({ error }, FORGOTTEN));
    },
  };
}
