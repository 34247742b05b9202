import type { App } from "../app.ts";
import { isId } from "../crypto/ids.ts";
import type { AnyEvent } from "../events.ts";
import { Failure } from "../failure.ts";
import type { Stored } from "../store/store.ts";
import { type Backlog, type Delivery, deliveryKey, type Pending } from "./delivery.ts";
import { eventKey } from "./emit.ts";
import { type Endpoint, endpointRef } from "./endpoint.ts";
import { isOwn, type Owner, requireEndpoint } from "./own-endpoint.ts";
import { type KnownDelivery, presentDelivery, type ShownDelivery } from "./shown-delivery.ts";

/** What has not been attempted is looked for among so many pages of what waits for an endpoint. */
const MOST_PAGES = 4_096;
const PAGES_PER_READ = 64;

type FindParts = Pick<App, "store" | "backlogs" | "directory">;

/** A delivery of a caller's, with the endpoint it goes to. */
export interface FoundDelivery extends KnownDelivery {
  readonly endpoint: Endpoint;
  /** Its record as it was read; before its first attempt there is none. */
  readonly stored: Stored<Delivery> | undefined;
}

/** One delivery. @throws {Failure} `not_found` for an unknown one and for somebody else's alike */
export async function findDelivery(
  parts: FindParts,
  owner: Owner,
  id: string,
): Promise<ShownDelivery> {
  return presentDelivery(await requireDelivery(parts, owner, id));
}

/** @throws {Failure} `not_found` also when its event, or its endpoint, is gone; `store_unavailable` */
export async function requireDelivery(
  parts: FindParts,
  owner: Owner,
  id: string,
): Promise<FoundDelivery> {
  const { store } = parts;
  const { organizationId } = owner;
  if (!isId("dlv_", id)) throw new Failure("not_found");
  const stored = await store.get<Delivery>(deliveryKey(organizationId, id));
  const found = stored?.value ?? (await findWaiting(parts, owner, id));
  if (!found) throw new Failure("not_found");
  const { eventId, endpointId } = found;
  const endpoint = (await requireEndpoint(store, owner, endpointId)).value;
  const event = (await store.get<AnyEvent>(eventKey(organizationId, eventId)))?.value;
  if (!event) throw new Failure("not_found");
  return { endpoint, endpointId, told: { id, eventId }, stored, record: stored?.value, event };
}

interface Waiting {
  readonly endpointId: string;
  readonly eventId: string;
}

/** What was never attempted has no record: it waits for one of the caller's endpoints, or is not there. */
async function findWaiting(
  { backlogs, directory }: FindParts,
  owner: Owner,
  id: string,
): Promise<Waiting | undefined> {
  const endpoints = await directory(owner.organizationId);
  for (const endpoint of endpoints.filter((candidate) => isOwn(owner, candidate))) {
    const pending = await findFresh(backlogs(endpointRef(endpoint)), id);
    if (pending) return { endpointId: endpoint.id, eventId: pending.eventId };
  }
  return undefined;
}

async function findFresh({ fresh }: Backlog, id: string): Promise<Pending | undefined> {
  const pages = await fresh.pages(MOST_PAGES);
  for (let start = 0; start < pages.length; start += PAGES_PER_READ) {
    const read = await fresh.readAll(pages.slice(start, start + PAGES_PER_READ));
    const found = read.flatMap(({ stored }) => stored.value).find((pending) => pending.id === id);
    if (found) return found;
  }
  return undefined;
}
