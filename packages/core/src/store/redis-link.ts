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
  on(event: "error", listener: () => void): unknown;
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

/** Opens a connection with the host's own settings, except that it fails at once instead of waiting. */
export async function openRedisLink(
  client: RedisClient,
  connectTimeoutMs: number,
): Promise<RedisLink> {
  if (isManyServers(client)) throw new Error(MANY_SERVERS);
  return "isReady" in client
    ? openNodeRedis(client, connectTimeoutMs)
    : openValkey(client, connectTimeoutMs);
}

/** Clients of a Redis Cluster, and of Sentinel, spread commands over several servers. */
function isManyServers(client: object): boolean {
  const { isCluster } = client as { readonly isCluster?: unknown };
  return "slots" in client || "getMasterNode" in client || isCluster === true;
}

async function openNodeRedis(host: NodeRedisClient, connectTimeout: number): Promise<RedisLink> {
  const socket = { ...host.options?.socket, connectTimeout, reconnectStrategy: false };
  const client = host.duplicate({ disableOfflineQueue: true, socket });
  client.on("error", () => {}); // told by the calls
  await client.connect();
  return {
    send: (command) => client.sendCommand(command),
    isOpen: () => client.isReady,
    close: () => client.destroy(),
  };
}

async function openValkey(host: ValkeyClient, connectTimeout: number): Promise<RedisLink> {
  const client = host.duplicate({
    connectTimeout,
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    reconnectOnError: null,
  });
  client.on("error", () => {}); // told by the calls
  await client.connect();
  return {
    send: (command) => client.call(...command),
    isOpen: () => client.status === "ready",
    close: () => client.disconnect(),
  };
}
