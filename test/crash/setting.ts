import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Delivery, type FakeMeta, fakeMeta, type Sink, sink } from "@wabakit/testing";
import { type BackendName, discardPlace, placesOn } from "../place.ts";
import { beginLife, type Life } from "./life.ts";
import type { Death, ServerConfig } from "./server-config.ts";

/** How many deliveries the endpoint lets the hub have under way. */
export const CONCURRENCY = 4;

/** Below the ports that systems hand out by themselves, so that nobody takes it between two lives. */
const FIRST_PORT = 20_000;
const PORTS = 12_000;

/** Everything that outlives the server: Meta, the customer's endpoint, the disk. */
export interface CrashSetting {
  readonly meta: FakeMeta;
  readonly sink: Sink;
  readonly phoneNumberId: string;
  /** Where Meta sends. */
  readonly callbackUrl: string;
  /** Starts the server on what the earlier lives left. */
  readonly begin: (death?: Death) => Life;
  /** Ledger B: what the endpoint took, in the order of arrival. */
  readonly taken: () => readonly Delivery[];
  /** From now on the endpoint answers 500 to those that `refuses` says. */
  readonly refuse: (refuses: () => boolean) => void;
  /** Ledger C: what the listeners of all lives heard. */
  readonly heard: () => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

/** Sets the stage; `compileCache` is a folder that all settings share. */
export async function crashSetting(
  backend: BackendName,
  compileCache: string,
): Promise<CrashSetting> {
  const folder = await mkdtemp(join(tmpdir(), "wabakit-crash-"));
  const [meta, customer] = await Promise.all([fakeMeta(), sink()]);
  const config = await configure({ meta, customer, folder, backend });
  await writeFile(config.heardFile, "");
  const refused = new Set<number>();

  return {
    meta,
    sink: customer,
    phoneNumberId: config.number.phoneNumberId,
    callbackUrl: `http://127.0.0.1:${config.port}/webhooks/meta`,
    begin: (death) => beginLife({ ...config, ...(death && { death }) }, compileCache),
    taken: () => customer.received.filter((_, index) => !refused.has(index)),
    refuse(refuses) {
      customer.respond((_, index) => {
        if (!refuses()) return {};
        refused.add(index);
        return { status: 500 };
      });
    },
    async heard() {
      return (await readFile(config.heardFile, "utf8")).split("\n").slice(0, -1);
    },
    async close() {
      await Promise.all([meta.close(), customer.close()]);
      await discardPlace(config.place);
      await rm(folder, { recursive: true });
    },
  };
}

interface Stage {
  readonly meta: FakeMeta;
  readonly customer: Sink;
  readonly folder: string;
  readonly backend: BackendName;
}

async function configure({ meta, customer, folder, backend }: Stage): Promise<ServerConfig> {
  const { appId, appSecret, verifyToken } = meta.app;
  const { wabaId } = meta.addWaba();
  const { phoneNumberId } = meta.addNumber({ wabaId });
  const accessToken = meta.issueToken({ appId, wabaIds: [wabaId] });
  return {
    place: placesOn(backend, folder)(),
    heardFile: join(folder, "heard.txt"),
    port: await freePort(),
    secretKey: randomBytes(32).toString("base64"),
    meta: { appId, appSecret, verifyToken, graphUrl: meta.url },
    number: { phoneNumberId, accessToken },
    endpoint: { url: customer.url, concurrency: CONCURRENCY },
  };
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
