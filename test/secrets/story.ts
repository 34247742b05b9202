import { randomBytes } from "node:crypto";
import { createHub, type Hub, type HubOptions, type Logger } from "@wabakit/core";
import { type FakeMeta, fakeMeta, type Sink, sink } from "@wabakit/testing";
import type { Keyv } from "keyv";
import { expect, onTestFinished } from "vitest";
import { eventually } from "../delivery/scene.ts";
import { hubOptions } from "../spine/setting.ts";
import type { Canary } from "./canary.ts";
import { onboard } from "./onboard.ts";

/** What a hub has done and shown, and the secrets it was trusted with. */
export interface Story {
  readonly hub: Hub;
  readonly canaries: readonly Canary[];
  /** What the log says, errors and their causes included. */
  readonly log: () => string;
  /** What was thrown at the host. */
  readonly thrown: readonly unknown[];
  /** What callers of the API were answered; the answer that creates a secret is not among them. */
  readonly answers: readonly string[];
  readonly endpointId: string;
  readonly connectionId: string;
  readonly signingSecret: string;
  readonly shownSecret: string;
  readonly customer: Sink;
}

/** Characters that every escaping changes; they make a secret no easier to miss. */
const AWKWARD = String.raw`"\+/=&%`;

/** A day in the life of a hub, with whatever can go wrong and be told. */
export async function story(store: Keyv): Promise<Story> {
  const appSecret = `${randomBytes(16).toString("hex")}${AWKWARD}`;
  const verifyToken = `${AWKWARD}${randomBytes(16).toString("hex")}`;
  const apiKey = `bootstrap-${randomBytes(16).toString("hex")}${AWKWARD}`;
  const [meta, customer] = [await fakeMeta({ appSecret, verifyToken }), await sink()];
  onTestFinished(async () => void (await Promise.all([meta.close(), customer.close()])));
  const { log, logger } = recordingLogger();
  const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
  const options = { ...hubOptions(meta), store, apiKey, logger };
  await connectAndRest({ ...options, secretKeys: [oldKey] });

  const hub = createHub({ ...options, secretKeys: [newKey, oldKey] });
  onTestFinished(() => hub.stop());
  hub.on("message.received", () => {
    throw new Error("a listener's own trouble");
  });
  await hub.start();
  const number = await connectNumber(hub, meta);
  const signingSecret = `whsec_${randomBytes(32).toString("base64")}`;
  const endpoint = await hub.webhookEndpoints.create({ url: customer.url, secret: signingSecret });
  const headers = { authorization: `Bearer ${randomBytes(24).toString("hex")}` };
  const generated = await hub.webhookEndpoints.create({ url: `${customer.url}/2`, headers });
  const rotated = await hub.webhookEndpoints.rotateSecret(generated.id);
  const created = await hub.apiKeys.create({ name: "CRM", scopes: ["*"] });
  const entrusted = [
    ...(await relay(hub, meta, customer.url)),
    ...(await connectLater(hub, meta)),
    ...(await onboard(hub, meta, customer.url)),
    ...(await addMetaApp(hub, meta)),
    ...(await makeKeyOnce(hub, apiKey)),
  ];
  const refused = await refuse(hub, meta, number.wabaId);
  await hub.rotateSecrets();

  customer.respond({ status: 500 });
  await receive(hub, meta, number);
  await customer.waitFor(2);
  await eventually(() => expect(log()).toContain("a listener's own trouble"));
  const stranger = `wk_${randomBytes(24).toString("hex")}`;
  return {
    hub,
    canaries: [
      { name: "access token", text: number.accessToken },
      { name: "refused token", text: refused.accessToken },
      signing("given signing secret", signingSecret),
      signing("generated signing secret", generated.secret),
      signing("rotated signing secret", rotated.secret),
      { name: "header of an endpoint", text: headers.authorization },
      ...entrusted,
      { name: "API key", text: created.apiKey.split("_")[2]?.slice(0, 24) ?? "" },
      { name: "bootstrap key", text: apiKey },
      { name: "a stranger's key", text: stranger },
      { name: "app secret", text: appSecret },
      { name: "verify token", text: verifyToken },
      { name: "old ring key", text: oldKey.toString("base64"), bytes: oldKey },
      { name: "new ring key", text: newKey.toString("base64"), bytes: newKey },
    ],
    log,
    thrown: [refused.error],
    answers: await askAround(hub, [apiKey, created.apiKey, stranger], endpoint.id),
    endpointId: endpoint.id,
    connectionId: number.connectionId,
    signingSecret,
    shownSecret: endpoint.secret,
    customer,
  };
}

/** Leaves secrets behind that the next start finds sealed with an older key. */
async function connectAndRest(options: HubOptions): Promise<void> {
  const hub = createHub(options);
  await hub.start();
  await hub.webhookEndpoints.create({ url: "http://127.0.0.1:9/", events: ["connection.*"] });
  await hub.stop();
}

async function connectNumber(hub: Hub, meta: FakeMeta) {
  const { wabaId } = meta.addWaba();
  const { phoneNumberId } = meta.addNumber({ wabaId });
  const accessToken = meta.issueToken({ wabaIds: [wabaId] });
  const wanted = { tenantId: "a", phoneNumberId, accessToken };
  const { connection } = await hub.connections.connect(wanted);
  return { wabaId, phoneNumberId, accessToken, connectionId: connection.connectionId };
}

const secret = () => randomBytes(24).toString("hex");

/** What a tenant's webhook is verified and signed with. */
async function relay(hub: Hub, meta: FakeMeta, url: string): Promise<readonly Canary[]> {
  const { wabaId } = meta.addWaba();
  const { phoneNumberId } = meta.addNumber({ wabaId });
  const accessToken = meta.issueToken({ wabaIds: [wabaId] });
  const [verifyToken, signing] = [secret(), secret()];
  await hub.connections.connect({
    tenantId: "b",
    phoneNumberId,
    accessToken,
    webhookUrl: `${url}/relay`,
    webhookVerifyToken: verifyToken,
    delivery: "relay",
    webhookSigningSecret: signing,
  });
  const rotated = await hub.wabas.rotateSigningSecret(wabaId);
  return [
    { name: "webhook verify token", text: verifyToken },
    { name: "webhook signing secret", text: signing },
    { name: "rotated signing secret", text: rotated.webhookSigningSecret },
  ];
}

/** A token that waits for Meta to be asked about it. */
async function connectLater(hub: Hub, meta: FakeMeta): Promise<readonly Canary[]> {
  const { wabaId } = meta.addWaba();
  const { phoneNumberId } = meta.addNumber({ wabaId });
  const accessToken = `EAA${secret()}`;
  const claim = { tenantId: "c", wabaId, phoneNumberId, accessToken };
  await hub.connections.connect({ ...claim, verify: "later" });
  return [{ name: "pending token", text: accessToken }];
}

async function addMetaApp(hub: Hub, meta: FakeMeta): Promise<readonly Canary[]> {
  const [appSecret, verifyToken] = [secret(), secret()];
  const { appId } = meta.addApp({ appSecret });
  await hub.metaApps.create({ name: "Another", appId, appSecret, verifyToken });
  return [
    { name: "stored app secret", text: appSecret },
    { name: "stored verify token", text: verifyToken },
  ];
}

/** An answer that is kept for its repeats. */
async function makeKeyOnce(hub: Hub, apiKey: string): Promise<readonly Canary[]> {
  const headers = {
    authorization: `Bearer ${apiKey}`,
    "content-type": "application/json",
    "idempotency-key": "once",
  };
  const body = JSON.stringify({ name: "ERP", scopes: ["connections:read"] });
  const url = "https://app.example.com/api/v1/api-keys";
  const response = await hub.fetch(new Request(url, { method: "POST", headers, body }));
  const made = (await response?.json()) as { readonly apiKey: string };
  expect(made.apiKey).toMatch(/^wk_/);
  return [
    { name: "API key of a kept answer", text: made.apiKey.split("_")[2]?.slice(0, 24) ?? "" },
  ];
}

/** Meta refuses a token, and repeats it in what it says. */
async function refuse(hub: Hub, meta: FakeMeta, wabaId: string) {
  const { phoneNumberId } = meta.addNumber({ wabaId });
  const accessToken = meta.issueToken({ wabaIds: [wabaId] });
  const message = `Cannot use ${accessToken}`;
  meta.fail({ path: /phone_numbers$/, error: { code: 100, message } });
  const wanted = { tenantId: "a", phoneNumberId, accessToken, wabaId };
  const error = await hub.connections.connect(wanted).catch((thrown: unknown) => thrown);
  return { accessToken, error };
}

async function receive(
  hub: Hub,
  meta: FakeMeta,
  number: { readonly wabaId: string; readonly phoneNumberId: string },
): Promise<void> {
  const signed = meta.sign(meta.textMessage({ ...number, from: "1", body: "hi" }));
  const init = { method: "POST", headers: signed.headers, body: signed.body };
  await hub.fetch(new Request("https://app.example.com/webhooks/meta", init));
}

async function askAround(
  hub: Hub,
  keys: readonly string[],
  endpointId: string,
): Promise<readonly string[]> {
  const paths = ["connections", "webhook-endpoints", `webhook-endpoints/${endpointId}`, "health"];
  const requests = keys.flatMap((key) =>
    paths.map((path) => {
      const headers = { authorization: `Bearer ${key}` };
      return new Request(`https://app.example.com/api/v1/${path}`, { headers });
    }),
  );
  return Promise.all(
    requests.map(async (request) => {
      const response = await hub.fetch(request);
      return `${response?.status} ${JSON.stringify([...(response?.headers ?? [])])} ${await response?.text()}`;
    }),
  );
}

function signing(name: string, text: string): Canary {
  return { name, text, bytes: Buffer.from(text.replace(/^whsec_/, ""), "base64") };
}

function recordingLogger() {
  const lines: string[] = [];
  const write = (fields: object, message: string) => {
    const parts = Object.values(fields).map((field) =>
      field instanceof Error ? told(field) : field,
    );
    lines.push(JSON.stringify([message, fields, parts]));
  };
  const logger: Logger = { debug: write, info: write, warn: write, error: write };
  return { log: () => lines.join("\n"), logger };
}

/** All that an error could tell: its own words, its fields, and its causes. */
export function told(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error) ?? "";
  return `${error.stack} ${JSON.stringify(error)} ${told(error.cause)}`;
}
