import type { CheckedOptions } from "./options.ts";
import type { Store, StoreDescription } from "./store/store.ts";

/** @throws {Error} When several nodes are wanted on what only one process can use. */
export function requireShared({ nodes, queue }: CheckedOptions, store: Store): void {
  if (nodes === "one") return;
  const alone = [
    ...(store.atomicity === "process" ? ["store"] : []),
    ...((queue?.atomicity ?? "process") === "process" ? ["queue"] : []),
  ];
  if (alone.length === 0) return;
  throw new Error(
    `nodes is "many", but one process alone can use the ${alone.join(" and the ")}. Use a store and a queue that several processes can share, or set nodes to "one".`,
  );
}

/** Starts the store, and stops it again where it is not what the options ask for. */
export async function startStore(options: CheckedOptions, store: Store): Promise<void> {
  await store.start();
  try {
    requireDurable(options, store.describe());
  } catch (error) {
    await store.stop();
    throw error;
  }
}

/**
 * Tells the host what its store may forget.
 *
 * @throws {Error} When `durable` is asked for and this store is not known to be; without being asked,
 *   when it lives in memory in production.
 */
export function requireDurable(
  { durable, logger }: CheckedOptions,
  { backend, durable: seen, settings }: StoreDescription,
): void {
  if (seen === "yes") return;
  if (durable === true) throw new Error(notDurable(backend, settings));
  if (seen === "unknown" || durable === false) return;
  if (backend === "memory" && process.env.NODE_ENV === "production") throw new Error(IN_MEMORY);
  logger.warn({ backend, settings }, "the store may lose what it confirmed when it crashes");
}

const IN_MEMORY =
  "The store lives in memory, and NODE_ENV is production: whatever it holds is gone with the process. Give the Keyv an adapter, or set durable to false.";

/** What makes each back end durable. */
const REMEDIES: Readonly<Record<string, string>> = {
  memory: "give the Keyv an adapter that keeps data on a disk",
  keyv: "use SQLite, Redis, Valkey or PostgreSQL, whose settings can be read, or leave durable out",
  sqlite: "set PRAGMA synchronous to FULL",
  redis: "set appendonly to yes and appendfsync to always or everysec",
  valkey: "set appendonly to yes and appendfsync to always or everysec",
  postgres: "set fsync to on, and synchronous_commit to anything but off",
};

function notDurable(backend: string, settings: StoreDescription["settings"]): string {
  const seen = Object.entries(settings).map(([name, value]) => `${name} is ${value}`);
  const because = seen.length > 0 ? ` (${seen.join(", ")})` : "";
  return `durable is true, but the store on ${backend} is not known to survive a crash${because}: ${REMEDIES[backend] ?? REMEDIES.keyv}.`;
}
