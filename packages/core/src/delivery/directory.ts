import type { Store } from "../store/store.ts";
import {
  type Endpoint,
  endpointIndex,
  endpointKey,
  readEndpoint,
  type StoredEndpoint,
} from "./endpoint.ts";

const IDS_PER_READ = 1_000;

/** The endpoints of an organization, as they are now; every event asks for them. */
export type Directory = (organizationId: string) => Promise<readonly Endpoint[]>;

/**
 * Keeps what it read for as long as the organization's index has not changed. Whoever changes an
 * endpoint therefore writes the index in the same commit.
 */
export function createDirectory(store: Store): Directory {
  const known = new Map<string, { version: string | undefined; endpoints: readonly Endpoint[] }>();

  return async (organizationId) => {
    const version = await endpointIndex(store, organizationId).version();
    const same = known.get(organizationId);
    if (same && same.version === version) return same.endpoints;

    const endpoints = await readAll(store, organizationId);
    known.set(organizationId, { version, endpoints });
    return endpoints;
  };
}

async function readAll(store: Store, organizationId: string): Promise<readonly Endpoint[]> {
  const index = endpointIndex(store, organizationId);
  const endpoints: Endpoint[] = [];
  let entries = await index.list(IDS_PER_READ);
  while (entries.length > 0) {
    const keys = entries.map(({ id }) => endpointKey(organizationId, id));
    const stored = await store.getMany<StoredEndpoint>(keys);
    endpoints.push(
      ...stored.flatMap((endpoint) => (endpoint ? [readEndpoint(endpoint.value)] : [])),
    );
    entries = await index.list(IDS_PER_READ, entries.at(-1)?.place);
  }
  return endpoints;
}
