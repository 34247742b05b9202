import type { RequestListener } from "node:http";
import {
  type AnyEvent,
  createHub,
  type EventType,
  type Hub,
  type HubEvent,
  type HubOptions,
  keyvStore,
} from "@wabakit/core";
import { mount as mountExpress } from "@wabakit/express";
import { mount as mountKoa } from "@wabakit/koa";
import { type FakeMeta, type FakeMetaOptions, fakeMeta } from "@wabakit/testing";
import express from "express";
import { Keyv } from "keyv";
import Koa from "koa";
import { expect, onTestFinished } from "vitest";
import { type Client, client } from "../api/client.ts";
import { type Answer, type Host, hubOptions } from "../spine/setting.ts";
import { listen, type Site, site } from "./site.ts";
import { type TravellingClock, travellingClock } from "./travelling-clock.ts";

type NumberInput = Omit<Parameters<FakeMeta["addNumber"]>[0], "wabaId">;

/** What a host would find in its access log. */
export interface LogEntry {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** A customer's account at Meta, which no app is subscribed to. */
export interface Customer {
  readonly wabaId: string;
  readonly phoneNumberId: string;
  readonly phoneNumberIds: readonly string[];
}

/** A session, and the link that was made for it. */
export interface Begun {
  readonly sessionId: string;
  readonly onboardingUrl: string;
  /** What stands behind the `#`. */
  readonly token: string;
}

/** A product with a hub in it, Meta on one side, and a site of whoever uses the product on the other. */
export interface Scene {
  readonly hub: Hub;
  readonly meta: FakeMeta;
  readonly site: Site;
  /** The hub's origin, as browsers know it: another site than Meta's. */
  readonly url: string;
  readonly log: readonly LogEntry[];
  readonly clock: TravellingClock;
  readonly metaClock: TravellingClock;
  readonly api: Client;
  readonly heard: readonly AnyEvent[];
  /** The first event of a type, as soon as there is one. */
  readonly event: <Type extends EventType>(type: Type) => Promise<HubEvent<Type>>;
  readonly customer: (...numbers: readonly NumberInput[]) => Customer;
  readonly begin: (fields?: Readonly<Record<string, unknown>>) => Promise<Begun>;
  readonly session: (sessionId: string) => Promise<Answer["body"]>;
  /** The one connection there is. */
  readonly connection: () => Promise<Answer["body"]>;
}

/** Where a scene differs from the usual. */
export interface SceneOptions {
  readonly host?: Host;
  readonly hub?: Partial<HubOptions>;
  readonly meta?: FakeMetaOptions;
}

/** A number as it stands after Embedded Signup: verified, and not registered. */
export const NEW_NUMBER: NumberInput = { platformType: "NOT_APPLICABLE" };

const NO_LIMITS = { reads: false, writes: false, metaLookups: false, reveal: false } as const;
const CONFIG_ID = "1234567890";

/** Starts everything on free ports; the hub knows the address that browsers will know. */
export async function scene(options: SceneOptions = {}): Promise<Scene> {
  const clock = travellingClock();
  const metaClock = travellingClock();
  const meta = await fakeMeta({ clock: metaClock, ...options.meta });
  const own = await site();
  const served = await serve(meta, { clock, own, options });
  onTestFinished(async () => {
    await served.hub.stop();
    await meta.close();
  });
  const api = client(served.url);
  const heard: AnyEvent[] = [];
  served.hub.on("*", async (event) => void heard.push(event));
  return {
    ...served,
    ...{ meta, site: own, clock, metaClock, api, heard },
    async event(type) {
      const isIt = ({ type: event }: AnyEvent) => event === type;
      await expect.poll(() => heard.some(isIt), { timeout: 5_000 }).toBe(true);
      // Found by its type.
      return heard.find(isIt) as HubEvent<typeof type>;
    },
    customer: (...numbers) => addCustomer(meta, numbers),
    begin: (fields) => begin(api, fields),
    session: async (id) => (await api("GET", `/onboarding/sessions/${id}`)).body,
    connection: () => onlyConnection(api),
  };
}

interface Around {
  readonly clock: TravellingClock;
  readonly own: Site;
  readonly options: SceneOptions;
}

async function serve(meta: FakeMeta, { clock, own, options }: Around) {
  const log: LogEntry[] = [];
  let answer: RequestListener = express();
  const port = await listen((request, response) => {
    const { method = "", url = "", headers } = request;
    log.push({ method, url, headers });
    answer(request, response);
  });
  const publicUrl = `http://localhost:${port}`;
  const usual = hubOptions(meta);
  const hub = createHub({
    ...usual,
    publicUrl,
    store: keyvStore(new Keyv({ store: new Map() })),
    clock,
    limits: NO_LIMITS,
    meta: { ...usual.meta, configId: CONFIG_ID },
    allowedRedirectUrls: [`${own.url}/*`],
    ...options.hub,
  });
  await hub.start();
  answer =
    options.host === "koa"
      ? new Koa().use(mountKoa(hub)).callback()
      : express().use(mountExpress(hub));
  return { hub, url: publicUrl, log };
}

function addCustomer(meta: FakeMeta, numbers: readonly NumberInput[]): Customer {
  const { wabaId } = meta.addWaba();
  const given = numbers.length > 0 ? numbers : [NEW_NUMBER];
  const phoneNumberIds = given.map((number) => meta.addNumber({ ...number, wabaId }).phoneNumberId);
  return { wabaId, phoneNumberIds, phoneNumberId: phoneNumberIds[0] ?? "" };
}

async function begin(api: Client, fields: Readonly<Record<string, unknown>> = {}): Promise<Begun> {
  const body = { tenantId: "acme", tenantName: "Acme", ...fields };
  const answer = await api("POST", "/onboarding/sessions", { body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  // As the document has it, which the client holds every answer against.
  const { sessionId, onboardingUrl } = answer.body as unknown as Begun;
  return { sessionId, onboardingUrl, token: new URL(onboardingUrl).hash.slice(1) };
}

async function onlyConnection(api: Client): Promise<Answer["body"]> {
  const { body } = await api("GET", "/connections");
  // The client holds every answer against the document, where this is a list.
  const [connection, ...others] = body.data as unknown as Answer["body"][];
  expect(others).toEqual([]);
  if (!connection) throw new Error("Nothing is connected.");
  return connection;
}
