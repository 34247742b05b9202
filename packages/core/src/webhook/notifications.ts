import type { Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import type { Queue } from "../queue/queue.ts";
import { appender } from "../store/appender.ts";
import { type Log, type LogParts, openLog, type PageId } from "../store/log.ts";
import {
  type KeptNotification,
  packNotifications,
  type ReceivedNotification,
  unpackNotifications,
} from "./pack.ts";

/** A sweep leaves the rest to the next one. */
const PAGES_PER_SWEEP = 50_000;

/** What was received and is not processed yet. */
export interface Notifications {
  readonly log: Log<KeptNotification>;
  /** The notifications of a page; none once it is removed. */
  readonly read: (page: PageId) => Promise<readonly ReceivedNotification[]>;
  /** Durable when it resolves; a worker is woken then. @throws {Failure} `store_unavailable` */
  readonly append: (appId: string, bytes: Uint8Array) => Promise<void>;
  /** Wakes the workers for everything that waits. */
  readonly sweep: () => Promise<void>;
}

export interface NotificationParts extends LogParts {
  readonly queue: Queue;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function openNotifications(parts: NotificationParts): Notifications {
  const { queue, clock, logger, store } = parts;
  const log = openLog<KeptNotification>(parts, "notifications");
  const jobOf = (id: PageId) => ({ kind: "notification", id, swept: true }) as const;
  const onPage = (page: PageId) => {
    queue.add([jobOf(page)]).catch((error) => {
      logger.warn({ error, page }, "a worker could not be woken; the sweep will");
    });
  };
  const append = appender({ store, log, pack: packNotifications, onPage });

  return {
    log,
    async read(page) {
      const kept = await log.read(page);
      return kept ? unpackNotifications(kept.value) : [];
    },
    async append(appId, bytes) {
      await append({ appId, receivedAt: clock.now(), bytes }, bytes.byteLength);
    },
    async sweep() {
      await queue.add((await log.pages(PAGES_PER_SWEEP)).map(jobOf));
    },
  };
}
