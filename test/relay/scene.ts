import { createHmac } from "node:crypto";
import { type HubOptions, keyvStore, type Store } from "@wabakit/core";
import { type Delivery, type FakeClock, fakeClock, type Sink, sink } from "@wabakit/testing";
import { Keyv } from "keyv";
import { expect, onTestFinished } from "vitest";
import { eventually, passTimeUntil } from "../delivery/scene.ts";
import { type Answer, type Setting, setting } from "../spine/setting.ts";

/** These tests ask more than a caller may in a minute. */
const NO_LIMITS = { reads: false, writes: false, metaLookups: false, reveal: false } as const;

/** What a tenant and Meta agree on. */
export const VERIFY_TOKEN = "a-verify-token";
/** What a tenant verifies by, unless a test says otherwise. */
export const SECRET = "a secret of the tenant's own";

/** Which number to connect; what is left out is invented. */
export interface ToConnect {
  readonly tenantId?: string;
  readonly wabaId?: string;
  readonly phoneNumberId?: string;
  readonly displayPhoneNumber?: string;
}

/** A number at Meta, and the connection it has. */
export interface Connected {
  readonly tenantId: string;
  readonly wabaId: string;
  readonly phoneNumberId: string;
  readonly connectionId: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** A hub on a clock of its own, between a Meta and the webhooks of tenants. */
export interface RelayScene extends Setting {
  readonly clock: FakeClock;
  readonly connect: (number?: ToConnect) => Promise<Connected>;
  /** A tenant's server, which passes Meta's verification. */
  readonly server: () => Promise<Sink>;
  /** Sends what concerns a number, or its account, to this server; `fields` as in the API. */
  readonly webhook: (
    number: Pick<Connected, "connectionId">,
    server: Sink,
    fields?: Fields,
  ) => Promise<Answer>;
  /** Meta sends; the exact bytes it has sent. */
  readonly send: (payload: unknown) => Promise<Buffer>;
  /** Resolves when no notification waits to be understood, and no event to be heard. */
  readonly quiet: () => Promise<void>;
  /** The keys of the records that exist. */
  readonly records: (like: RegExp) => readonly string[];
}

/** `between` puts something between the hub and its store. */
export async function relayScene(
  options: Partial<HubOptions> = {},
  between: (store: Store) => Store = (store) => store,
): Promise<RelayScene> {
  const clock = fakeClock();
  const rows = new Map<string, unknown>();
  const store = between(keyvStore(new Keyv({ store: rows })));
  const here = await setting("express", { store, clock, limits: NO_LIMITS, ...options });
  onTestFinished(() => passTimeUntil(clock, here.close()));
  const records = (like: RegExp) => [...rows.keys()].filter((key) => like.test(key));
  return {
    ...here,
    clock,
    connect: (number = {}) => connect(here, number),
    server: tenantsServer,
    webhook: (number, server, fields) => setWebhook(here, number, { server, fields }),
    send: (payload) => send(here, payload),
    quiet: () => eventually(() => expect(records(LEFT_TO_DO)).toEqual([])),
    records,
  };
}

/** Pages of the two logs that hold what is left to do. */
const LEFT_TO_DO = /^log:(?:notifications|outbox):\w+:\d+$/;

async function connect(
  { meta, call }: Setting,
  { tenantId = "acme", ...wanted }: ToConnect,
): Promise<Connected> {
  const { wabaId } = wanted.wabaId ? { wabaId: wanted.wabaId } : meta.addWaba();
  const { phoneNumberId } = meta.addNumber({ ...wanted, wabaId });
  const accessToken = meta.issueToken({ wabaIds: [wabaId] });
  const claim = { tenantId, wabaId, phoneNumberId, accessToken };
  const { status, body } = await call("POST", "/connections", claim);
  expect(status).toBe(201);
  return { tenantId, wabaId, phoneNumberId, connectionId: String(body.connectionId) };
}

/** A server that passes Meta's verification, and ends with the test. */
export async function tenantsServer(): Promise<Sink> {
  const server = await sink({ verifyToken: VERIFY_TOKEN });
  onTestFinished(server.close);
  return server;
}

async function setWebhook(
  { call }: Setting,
  { connectionId }: Pick<Connected, "connectionId">,
  { server, fields = {} }: { readonly server: Sink; readonly fields?: Fields | undefined },
): Promise<Answer> {
  const answer = await call("PATCH", `/connections/${connectionId}`, {
    webhookUrl: `${server.url}/hook`,
    webhookVerifyToken: VERIFY_TOKEN,
    delivery: "relay",
    ...(fields.delivery === undefined && { webhookSigningSecret: SECRET }),
    ...fields,
  });
  expect(answer).toMatchObject({ status: 200 });
  return answer;
}

async function send({ meta, callbackUrl }: Setting, payload: unknown): Promise<Buffer> {
  const { body } = meta.sign(payload);
  expect(await meta.send(callbackUrl, payload)).toMatchObject({ status: 200 });
  return body;
}

/** What Meta's receivers compare `X-Hub-Signature-256` with; none of the code under test has a part in it. */
export function signatureBy(secret: string, body: Buffer): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

/** Every delivery is a POST of JSON that verifies by this secret. */
export function expectVerified(received: readonly Delivery[], secret = SECRET): void {
  for (const { method, path, headers, body } of received) {
    expect({ method, path, headers }).toMatchObject({
      method: "POST",
      path: "/hook",
      headers: {
        "content-type": "application/json",
        "user-agent": "wabakit",
        "webhook-id": expect.stringMatching(/^fwd_[0-9a-z]{26}$/),
        "x-hub-signature-256": signatureBy(secret, body),
      },
    });
  }
}

/** Bodies as text, in an order of their own. */
export function textsOf(bodies: readonly (Buffer | Pick<Delivery, "body">)[]): readonly string[] {
  return bodies.map((one) => `${Buffer.isBuffer(one) ? one : one.body}`).toSorted();
}
