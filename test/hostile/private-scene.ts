import { once } from "node:events";
import { createServer } from "node:net";
import type { HubOptions } from "@wabakit/core";
import { expect, onTestFinished } from "vitest";
import { type Setting, setting } from "../spine/setting.ts";

const { pid } = process;
const worker = Number(process.env.VITEST_POOL_ID ?? 0);

/** Loopback, but of this process alone: others want the same port, the second one that URLs may have. */
export const TRAP = {
  address: `127.${1 + (worker % 250)}.${(pid >> 8) % 256}.${1 + (pid % 254)}`,
  family: 4,
} as const;
export const TRAP_PORT = 8443;
/** A name that is going to lead there. */
export const REBOUND = `https://rebound.example.com:${TRAP_PORT}/hook`;

/** Listens in a private place. @returns How often somebody came. */
export async function trap(): Promise<() => number> {
  let visits = 0;
  const server = createServer((socket) => {
    visits += 1;
    socket.destroy();
  });
  await once(server.listen(TRAP_PORT, TRAP.address), "listening");
  onTestFinished(() => void server.close());
  return () => visits;
}

/** The records of deliveries, as text. */
export function attemptsIn(rows: ReadonlyMap<string, unknown>): string {
  const records = [...rows].filter(([key]) => /^(keyv:)?delivery:/.test(key));
  return JSON.stringify(records.map(([, record]) => record));
}

/** A hub in production, unless the options say otherwise. */
export async function product(options: Partial<HubOptions> = {}): Promise<Setting> {
  const here = await setting("express", {
    allowPrivateNetwork: false,
    publicUrl: "https://app.example.com",
    limits: { writes: false },
    deliveryScheduleMs: [0, 60_000],
    ...options,
  });
  onTestFinished(here.close);
  return here;
}

/** Connects a number of an account. @returns The account. */
export async function account({ meta, call }: Setting): Promise<string> {
  const { wabaId } = meta.addWaba();
  const { phoneNumberId } = meta.addNumber({ wabaId });
  const accessToken = meta.issueToken({ wabaIds: [wabaId] });
  const { status } = await call("POST", "/connections", {
    tenantId: "acme",
    phoneNumberId,
    accessToken,
  });
  expect(status).toBe(201);
  return wabaId;
}

/** Meta sends a message to the number that is connected. */
export async function sendMessage({ meta, callbackUrl, hub }: Setting): Promise<void> {
  const [connection] = (await hub.connections.list()).data;
  const { phoneNumberId = "", wabaId = "" } = connection ?? {};
  const text = meta.textMessage({ phoneNumberId, wabaId, from: "15550123456", body: "hello" });
  expect(await meta.send(callbackUrl, text)).toMatchObject({ status: 200 });
}
