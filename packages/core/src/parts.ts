import { loadDefaultOrganizationId } from "./access/organization.ts";
import type { App } from "./app.ts";
import { loadRootSecret } from "./crypto/root-secret.ts";
import { createVault } from "./crypto/vault.ts";
import { type Backlogs, openBacklogs } from "./delivery/delivery.ts";
import { createDirectory } from "./delivery/directory.ts";
import { createEmit } from "./delivery/emit.ts";
import { type Outbox, openOutbox } from "./delivery/outbox.ts";
import { createRecentEvents, type RecentEvents } from "./delivery/recent-events.ts";
import { createCursors } from "./http/cursor.ts";
import type { MetaApp } from "./meta-app.ts";
import type { CheckedOptions } from "./options.ts";
import { localQueue } from "./queue/local-queue.ts";
import type { Queue } from "./queue/queue.ts";
import { keyvStore } from "./store/keyv-store.ts";
import { newWriter } from "./store/log.ts";
import type { Store } from "./store/store.ts";
import { type Notifications, openNotifications } from "./webhook/notifications.ts";

/** Everything that exists while a hub runs, and only then. */
export interface Parts {
  readonly app: App;
  readonly outbox: Outbox;
  readonly backlogs: Backlogs;
  readonly recent: RecentEvents;
  readonly notifications: Notifications;
  readonly defaultOrganizationId: string;
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
  const log = { store, writer: newWriter() };
  const queue: Queue = options.queue ?? localQueue({ ...log, clock, logger });
  const vault = createVault(options.secretKeys);
  const rootSecret = await loadRootSecret(store, vault);
  const defaultOrganizationId = await loadDefaultOrganizationId(store);
  const outbox = openOutbox({ ...log, queue });
  const backlogs = openBacklogs(log);
  const directory = createDirectory(store);
  const recent = createRecentEvents();
  const emit = createEmit({ store, clock, logger, outbox, backlogs, directory, recent });
  const cursors = createCursors(rootSecret.derive("cursor"));
  const egressPolicy = { allowPrivateNetwork: options.allowPrivateNetwork };
  return {
    app: { store, queue, clock, logger, vault, rootSecret, cursors, emit, egressPolicy, metaApps },
    outbox,
    backlogs,
    recent,
    notifications: openNotifications({ ...log, queue, clock, logger }),
    defaultOrganizationId,
  };
}
