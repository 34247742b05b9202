import type { Clock } from "./clock.ts";
import type { RootSecret } from "./crypto/root-secret.ts";
import type { Vault } from "./crypto/vault.ts";
import type { Emit } from "./delivery/emit.ts";
import type { Egress } from "./egress/send.ts";
import type { EgressPolicy } from "./egress/url.ts";
import type { Cursors } from "./http/cursor.ts";
import type { Logger } from "./logger.ts";
import type { MetaApp } from "./meta-app.ts";
import type { Queue } from "./queue/queue.ts";
import type { Leases } from "./store/lease.ts";
import type { Store } from "./store/store.ts";

/** The parts a use case may ask for; it names those it needs with `Pick`. */
export interface App {
  readonly store: Store;
  readonly leases: Leases;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly vault: Vault;
  readonly rootSecret: RootSecret;
  readonly cursors: Cursors;
  readonly emit: Emit;
  /** Every request out that does not go to Meta. */
  readonly egress: Egress;
  /** Where the world reaches the hub, the mount path included; without a slash at its end. */
  readonly publicUrl: string;
  /** What outgoing URLs of customers may be. */
  readonly egressPolicy: EgressPolicy;
  /** The first one is the default. */
  readonly metaApps: readonly MetaApp[];
}
