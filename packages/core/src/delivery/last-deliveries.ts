import { webhookOf } from "../connections/connection.ts";
import type { ConnectedNumber, Waba } from "../connections/waba.ts";
import { key } from "../store/key.ts";
import type { Store, Write } from "../store/store.ts";
import type { Delivery } from "./delivery.ts";
import type { Directory } from "./directory.ts";
import type { Endpoint } from "./endpoint.ts";
import { relayRef } from "./relay-target.ts";
import { type Target, targetIdOf } from "./target.ts";

const MINUTE_MS = 60_000;
/** Whose notes of the last minute are remembered, so that they are not written again. */
const REMEMBERED = 10_000;

/** How the newest delivery of somebody's that was noted has gone. */
export interface LastDelivery {
  /** Milliseconds since the epoch; up to a minute older than the newest of its kind. */
  readonly at: number;
  readonly status: Delivery["status"];
}

/** Notes how deliveries go, so seldom that it costs nothing, and tells it to whoever looks into one. */
export interface LastDeliveries {
  /** What to commit with an attempt: at most one note a minute for each target, and each turn. */
  readonly note: (
    target: Pick<Target, "organizationId" | "id">,
    now: LastDelivery,
  ) => readonly Write[];
  /**
   * The newest delivery to wherever news of a number go: its webhook, or every endpoint that asks for it.
   *
   * @returns `null` where nothing was delivered, `undefined` where nothing is to be delivered at all.
   * @throws {Failure} `store_unavailable`
   */
  readonly of: (waba: Waba, number: ConnectedNumber) => Promise<LastDelivery | null | undefined>;
}

interface Parts {
  readonly store: Store;
  readonly directory: Directory;
}

export function openLastDeliveries({ store, directory }: Parts): LastDeliveries {
  const noted = new Map<string, LastDelivery>();
  return {
    note({ organizationId, id }, now) {
      const at = lastDeliveryKey(organizationId, id);
      const before = noted.get(at);
      const isNews = before?.status !== now.status || now.at - before.at >= MINUTE_MS;
      if (!isNews) return [];
      noted.delete(at); // so that it goes to the end
      noted.set(at, now);
      const [oldest] = noted.keys();
      if (noted.size > REMEMBERED && oldest !== undefined) noted.delete(oldest);
      return [{ key: at, value: now }];
    },
    async of(waba, number) {
      const { organizationId } = waba;
      const ids = await targetsOf(directory, waba, number);
      if (ids.length === 0) return undefined;
      const keys = ids.map((id) => lastDeliveryKey(organizationId, id));
      const found = (await store.getMany<LastDelivery>(keys)).flatMap((one) => one?.value ?? []);
      return found.toSorted((one, other) => other.at - one.at)[0] ?? null;
    },
  };
}

function lastDeliveryKey(organizationId: string, targetId: string): string {
  return key("last-delivery", organizationId, targetId);
}

async function targetsOf(directory: Directory, waba: Waba, number: ConnectedNumber) {
  const isRelayed = waba.delivery === "relay" && webhookOf(waba, number) !== null;
  const endpoints = await directory(waba.organizationId);
  const asking = endpoints.filter(
    (endpoint) => endpoint.enabled && concerns(endpoint, waba, number),
  );
  return [
    ...(isRelayed ? [targetIdOf(relayRef(waba, number))] : []),
    ...asking.map(({ id }) => id),
  ];
}

function concerns({ filter }: Endpoint, { wabaId }: Waba, number: ConnectedNumber): boolean {
  const { tenantIds, connectionIds, wabaIds } = filter ?? {};
  return (
    (tenantIds?.includes(number.tenantId) ?? true) &&
    (connectionIds?.includes(number.connectionId) ?? true) &&
    (wabaIds?.includes(wabaId) ?? true)
  );
}
