import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Place } from "../place.ts";
import { type BenchHub, openBenchHub } from "./bench-hub.ts";
import { obey } from "./commands.ts";
import type { FakeNumber } from "./fake-number.ts";
import { type Ear, type Heard, listenTo } from "./heard.ts";
import { HOSTS, type Host } from "./hosts.ts";
import { storedNotifications } from "./stored-notifications.ts";

/** What to do with notifications: check them only, store them, all of it; `asleep` with a listener that sleeps. */
export type Variant = "floor" | "receiver" | "all" | "delivering" | "asleep";

/** Which server to start. */
export interface Serve {
  readonly host: Host;
  readonly variant: Variant;
  readonly number: FakeNumber;
  readonly place: Place;
  /** Where `delivering` delivers to. */
  readonly sinkUrl: string;
}

const commands = { start, drain, count, cpuUs };
export type ServerCommands = typeof commands;
obey(commands);

const DRAIN_MS = 60_000;
const ASLEEP_MS = 1_000;

let opened: BenchHub | undefined;
let ear: Ear | undefined;

/** @returns The port it listens on, and what it keeps its state in. */
async function start(serve: Serve): Promise<{ port: number; driver: string | undefined }> {
  const server = await serverOf(serve);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A TCP server that listens has this shape of address.
  const { port } = server.address() as AddressInfo;
  return { port, driver: opened?.driver };
}

async function serverOf({ host, variant, number, place, sinkUrl }: Serve): Promise<Server> {
  const { hub, floor } = HOSTS[host];
  if (variant === "floor") return floor(number.appSecret);
  const receives = variant === "receiver";
  opened = await openBenchHub({ number, place, ...(receives && { roles: ["receiver"] }) });
  if (!receives) ear = listenTo(opened.hub);
  if (variant === "asleep") opened.hub.on("*", () => sleep(ASLEEP_MS));
  if (variant === "delivering") await opened.hub.webhookEndpoints.create({ url: sinkUrl });
  return hub(opened.hub);
}

/** Waits until the listener has heard of so many messages. */
async function drain(messages: number): Promise<Heard> {
  if (!ear) throw new Error("Nobody listens here.");
  return ear.until(messages, DRAIN_MS);
}

/** What is left of everything that was accepted: how much was heard, how much is stored. */
async function count(): Promise<{ heard: Heard | undefined; stored: number }> {
  return { heard: ear?.read(), stored: opened ? await storedNotifications(opened.store) : 0 };
}

/** Microseconds of processor time this process has used: other processes cannot add to it. */
function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
