import type { GraphClient } from "./meta/client.ts";
import type { Graph } from "./meta/graph.ts";

/** A Meta app whose webhooks we receive and in whose name we ask. */
export interface MetaApp {
  readonly appId: string;
  /** Newest first; Meta may still sign with an older one while it is being changed. */
  readonly secrets: readonly string[];
  readonly verifyToken: string;
  readonly graph: Graph;
  /** Closed when the hub stops. */
  readonly client: Pick<GraphClient, "close">;
}
