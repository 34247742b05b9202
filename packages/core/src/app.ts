import type { KnownKeys } from "./access/keys/known-keys.ts";
import type { Clock } from "./clock.ts";
import type { RootSecret } from "./crypto/root-secret.ts";
import type { Vault } from "./crypto/vault.ts";
import type { Backlogs } from "./delivery/delivery.ts";
import type { Directory } from "./delivery/directory.ts";
import type { Emit } from "./delivery/emit.ts";
import type { LastDeliveries } from "./delivery/last-deliveries.ts";
import type { Egress } from "./egress/send.ts";
import type { EgressPolicy } from "./egress/url.ts";
import type { Cursors } from "./http/cursor.ts";
import type { Logger } from "./logger.ts";
import type { MetaApps } from "./meta-app.ts";
import type { Queue } from "./queue/queue.ts";
import type { Leases } from "./store/lease.ts";
import type { Store } from "./store/store.ts";
import type { Counters } from "./webhook/counters.ts";

/** The parts a use case may ask for; it names those it needs with `Pick`. */
export interface App {
  readonly store: Store;
  readonly leases: Leases;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly vault: Vault;
  readonly rootSecret: RootSecret;
  readonly knownKeys: KnownKeys;
  readonly cursors: Cursors;
  readonly emit: Emit;
  /** What waits for each target. */
  readonly backlogs: Backlogs;
  /** The endpoints of an organization. */
  readonly directory: Directory;
  /** Every request out that does not go to Meta. */
  readonly egress: Egress;
  /** Where the world reaches the hub, the mount path included; without a slash at its end. */
  readonly publicUrl: string;
  /** Where our own pages for people are; without a slash at its end. */
  readonly pagesUrl: string;
  /** Where onboarding may send people, whatever their organization: see `readRedirectUrl`. */
  readonly allowedRedirectUrls: readonly string[];
  readonly onboarding: { readonly maxSessionSeconds: number };
  /** For how many days records are kept. */
  readonly retention: { readonly events: number };
  /** How early a heartbeat is called due soon. */
  readonly heartbeat: { readonly dueSoonLeadMs: number };
  /** What outgoing URLs of customers may be. */
  readonly egressPolicy: EgressPolicy;
  readonly metaApps: MetaApps;
  /** What the worker of this process has seen. */
  readonly counters: Counters;
  readonly lastDeliveries: LastDeliveries;
}

/** What typed methods act with: the app of a running hub, and for whom. */
export interface Context {
  readonly app: App;
  readonly organizationId: string;
}
