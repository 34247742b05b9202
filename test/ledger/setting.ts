import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FakeMeta, fakeMeta } from "@wabakit/testing";
import { type BackendName, discardPlace, type Place, placesOn } from "../place.ts";
import { type Customer, openCustomer } from "./customer.ts";
import { isMessageFor } from "./entry-name.ts";
import type { Death } from "./failpoint.ts";
import { followHeard, type Heard } from "./heard.ts";
import { beginLife, type Life } from "./life.ts";
import type { EndpointToAdd, NumberToConnect, ServerConfig } from "./server-config.ts";
import { type StoreTrouble, storeTrouble } from "./store-trouble.ts";
import type { EndpointLedger } from "./tally.ts";

/** How many deliveries an endpoint lets the hub have under way. */
export const CONCURRENCY = 4;

/** Below the ports that systems hand out by themselves, so that nobody takes it between two lives. */
const FIRST_PORT = 20_000;
const PORTS = 12_000;

/** Two numbers of one account, one of another. */
const TENANTS = ["acme", "acme", "globex"] as const;
/** The number that the endpoint is about which wants less than the others. */
const NARROW = TENANTS.indexOf("globex");

/** One place where a process lives, and dies, and the next one lives. */
export interface Node {
  /** Starts the server on what the earlier lives left. */
  readonly begin: (death?: Death) => Life;
  /** Other nodes take notifications in, and leave the rest to the one that works. */
  readonly works: boolean;
}

/** A customer's server, and what of all events it wants. */
export type Endpoint = Customer & EndpointLedger;

/** Everything that outlives the server: Meta, the customers' endpoints, the store. */
export interface Setting {
  readonly meta: FakeMeta;
  readonly phoneNumberIds: readonly string[];
  /** Where Meta sends, one for each node. */
  readonly callbackUrls: readonly string[];
  readonly nodes: readonly Node[];
  readonly endpoints: readonly Endpoint[];
  readonly heard: Heard;
  readonly store: StoreTrouble;
  readonly close: () => Promise<void>;
}

/** What a setting is made of. */
export interface SettingPlan {
  readonly backend: BackendName;
  /** Of several, all want everything but the last, which wants the messages of one tenant. */
  readonly endpoints: number;
  /** A folder that all settings share, which makes lives begin faster. */
  readonly compileCache: string;
}

/** Sets the stage. A service is shared by two nodes, of which one works; SQLite has one. */
export async function openSetting(plan: SettingPlan): Promise<Setting> {
  const folder = await mkdtemp(join(tmpdir(), "wabakit-ledger-"));
  const meta = await fakeMeta();
  const endpoints = await Promise.all(
    Array.from({ length: plan.endpoints }, (_, index) => openEndpoint(index, plan)),
  );
  const place = placesOn(plan.backend, folder)();
  const store = await storeTrouble(place);
  const config = configure({ meta, endpoints, folder, place: store.place });
  await writeFile(config.heardFile, "");
  const ports = await Promise.all((plan.backend === "sqlite" ? [0] : [0, 1]).map(freePort));

  return {
    meta,
    phoneNumberIds: config.numbers.map(({ phoneNumberId }) => phoneNumberId),
    callbackUrls: ports.map((port) => `http://127.0.0.1:${port}/webhooks/meta`),
    nodes: ports.map((port, index) => node({ ...config, port, ...roles(index) }, plan)),
    endpoints,
    heard: followHeard(config.heardFile),
    store,
    async close() {
      await Promise.all([meta.close(), ...endpoints.map(({ close }) => close())]);
      await store.close();
      await discardPlace(place);
      await rm(folder, { recursive: true });
    },
  };
}

function roles(index: number): Pick<ServerConfig, "roles"> {
  return { roles: index === 0 ? ["api", "receiver", "worker"] : ["api", "receiver"] };
}

function node(config: ServerConfig, { compileCache }: SettingPlan): Node {
  return {
    works: config.roles?.includes("worker") === true,
    begin: (death) => beginLife({ ...config, ...(death && { death }) }, compileCache),
  };
}

async function openEndpoint(index: number, { endpoints }: SettingPlan): Promise<Endpoint> {
  const isNarrow = index > 0 && index === endpoints - 1;
  const wants = (name: string) => !isNarrow || isMessageFor(NARROW, name);
  return { ...(await openCustomer()), wants };
}

interface Stage {
  readonly meta: FakeMeta;
  readonly endpoints: readonly Endpoint[];
  readonly folder: string;
  readonly place: Place;
}

function configure({
  meta,
  endpoints,
  folder,
  place,
}: Stage): Omit<ServerConfig, "port" | "roles"> {
  const { appId, appSecret, verifyToken } = meta.app;
  return {
    place,
    heardFile: join(folder, "heard.txt"),
    secretKey: randomBytes(32).toString("base64"),
    meta: { appId, appSecret, verifyToken, graphUrl: meta.url },
    numbers: connectable(meta),
    endpoints: endpoints.map(({ url }, index) => ({
      url,
      concurrency: CONCURRENCY,
      events: ["message.*"],
      ...(index > 0 && index === endpoints.length - 1 && narrow()),
    })),
  };
}

function narrow(): Partial<EndpointToAdd> {
  return { events: ["message.received"], filter: { tenantIds: [TENANTS[NARROW] ?? ""] } };
}

function connectable(meta: FakeMeta): readonly NumberToConnect[] {
  const accounts = new Map(
    TENANTS.map((tenantId) => {
      const { wabaId } = meta.addWaba();
      return [tenantId, { wabaId, accessToken: meta.issueToken({ wabaIds: [wabaId] }) }];
    }),
  );
  return TENANTS.flatMap((tenantId) => {
    const { wabaId = "", accessToken = "" } = accounts.get(tenantId) ?? {};
    return { tenantId, accessToken, phoneNumberId: meta.addNumber({ wabaId }).phoneNumberId };
  });
}

async function freePort(): Promise<number> {
  const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
  const probe = createServer().listen(port, "127.0.0.1");
  try {
    await once(probe, "listening");
  } catch {
    return freePort();
  }
  probe.close();
  await once(probe, "close");
  return port;
}
