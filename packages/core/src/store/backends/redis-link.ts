import { inTime } from "./in-time.ts";
import { unreachable } from "./unreachable.ts";

/** A connection of our own. Its calls reject when it is lost, and it does not come back. */
export interface RedisLink {
  readonly send: (command: readonly string[]) => Promise<unknown>;
  readonly isOpen: () => boolean;
  readonly close: () => void;
}

/** What we use of the host's client: its settings, for connections beside it. */
export type RedisClient = NodeRedisClient | ValkeyClient;

/** The client behind `@keyv/redis`. */
interface NodeRedisClient {
  readonly options?: { readonly socket?: object } | undefined;
  readonly isReady: boolean;
  readonly isOpen: boolean;
  duplicate(overrides: object): NodeRedisClient;
  connect(): Promise<unknown>;
  sendCommand(command: readonly string[]): Promise<unknown>;
  destroy(): void;
  on(event: "error", listener: () => void): unknown;
}

/** The client behind `@keyv/valkey`. */
interface ValkeyClient {
  readonly status: string;
  duplicate(overrides: object): ValkeyClient;
  connect(): Promise<unknown>;
  call(...command: readonly string[]): Promise<unknown>;
  disconnect(): void;
  on(event: "error", listener: (error: unknown) => void): unknown;
}

/** `undefined` when the adapter is neither `@keyv/redis` nor `@keyv/valkey`. */
export function redisClient(adapter: unknown): RedisClient | undefined {
  if (typeof adapter !== "object" || adapter === null) return undefined;
  if ("client" in adapter && "createKeyPrefix" in adapter) return adapter.client as RedisClient;
  if ("redis" in adapter && "_getKeyName" in adapter) return adapter.redis as RedisClient;
  return undefined;
}

const MANY_SERVERS =
  "Redis Cluster and Sentinel cannot change several keys together: give the Keyv a client of one Redis or Valkey without cluster mode, or use PostgreSQL.";

/**
 * Opens a connection with the host's own settings, except that it fails at once instead of waiting.
 * One that is made, but not answered on, fails too.
 */
export async function openRedisLink(client: RedisClient, connectMs: number): Promise<RedisLink> {
  if (isManyServers(client)) throw new Error(MANY_SERVERS);
  return "isReady" in client ? openNodeRedis(client, connectMs) : openValkey(client, connectMs);
}

/** Clients of a Redis Cluster, and of Sentinel, spread commands over several servers. */
function isManyServers(client: object): boolean {
  const { isCluster } = client as { readonly isCluster?: unknown };
  return "slots" in client || "getMasterNode" in client || isCluster === true;
}

async function openNodeRedis(host: NodeRedisClient, connectMs: number): Promise<RedisLink> {
  const connectTimeout = connectMs;
  const socket = { ...host.options?.socket, connectTimeout, reconnectStrategy: false };
  const client = host.duplicate({ disableOfflineQueue: true, socket });
  client.on("error", () => {}); // told by the calls
  const close = () => {
    if (client.isOpen) client.destroy();
  };
  await inTime(client.connect(), connectMs).catch((cause: unknown) => {
    close();
    throw unreachable("Redis", cause);
  });
  return {
    send: (command) => client.sendCommand(command),
    isOpen: () => client.isReady,
    close,
  };
}

async function openValkey(host: ValkeyClient, connectMs: number): Promise<RedisLink> {
  const client = host.duplicate({
    connectTimeout: connectMs,
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    reconnectOnError: null,
  });
  let reason: unknown; // calls tell no more than that there is no connection
  client.on("error", (error) => {
    reason = error;
  });
  const close = () => client.disconnect();
  await inTime(client.connect(), connectMs).catch((cause: unknown) => {
    close();
    throw unreachable("Redis", reason ?? cause);
  });
  return {
    send: (command) => client.call(...command),
    isOpen: () => client.status === "ready",
    close,
  };
}
