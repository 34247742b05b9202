import type { Graph, GraphApp } from "./meta/graph.ts";
import type { MetaLogin } from "./meta/login.ts";

/** A Meta app whose webhooks we receive and in whose name we ask. */
export interface MetaApp {
  readonly appId: string;
  /** Whose it is alone, and the key of its record; `null` for one of the hub's options, which every organization may use. */
  readonly owner: { readonly organizationId: string; readonly recordKey: string } | null;
  /** Newest first; Meta may still sign with an older one while it is being changed. */
  readonly secrets: readonly string[];
  readonly verifyToken: string;
  /** The Facebook Login for Business configuration. */
  readonly configId: string | null;
  /** Where Meta sends its webhooks. */
  readonly receiverUrl: string;
  readonly graph: Graph;
  /** How a browser signs up with it. */
  readonly login: MetaLogin;
  /** The partner's own token, which fetches tokens of customers whose sign-up never came back. */
  readonly systemToken: string | null;
}

/**
 * The Meta apps there are. Those of the hub's options never change. Stored ones are known as they were
 * within the last second: at most once a second, and only when one is asked for, the store is asked
 * whether anything has changed. While it does not answer, what is known stays in use.
 */
export interface MetaApps {
  /** Those of the hub's options, in their order; the first one is the default. */
  readonly configured: readonly MetaApp[];
  /** Those, and the stored ones of every organization. */
  all(): Promise<readonly MetaApp[]>;
  /**
   * An app that an organization may use: one of the hub's, the first one when none is named, or one of
   * its own.
   *
   * @returns `undefined` for an unknown one and for somebody else's alike.
   * @throws {Failure} `store_unavailable` when it is not known, and the store cannot tell
   */
  find(organizationId: string, appId?: string): Promise<MetaApp | undefined>;
  /** All that an organization may use, the hub's first. */
  usableBy(organizationId: string): Promise<readonly MetaApp[]>;
  /** The app that something was sent to, whoever has it. @throws {Failure} as `find` */
  receiving(appId: string): Promise<MetaApp | undefined>;
  /** Runs a change of stored apps: this process sees it at once, others within a second. */
  changing<Result>(change: () => Promise<Result>): Promise<Result>;
  /** The Graph API in the name of an app that is not known yet. */
  readonly graphOf: (app: GraphApp) => Graph;
  readonly receiverUrlOf: (appId: string) => string;
  /** Waits for what is under way at Meta and closes the connections. */
  readonly close: () => Promise<void>;
}
