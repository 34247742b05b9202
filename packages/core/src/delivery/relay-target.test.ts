import { createHmac } from "node:crypto";
import { Keyv } from "keyv";
import { describe, expect, it } from "vitest";
import {
  type ConnectedNumber,
  signingSecretPlace,
  type Waba,
  type Webhook,
  wabaKey,
} from "../connections/waba.ts";
import { createVault } from "../crypto/vault.ts";
import { Failure } from "../failure.ts";
import type { MetaApp } from "../meta-app.ts";
import { keyvStore } from "../store/keyv-store.ts";
import { forwardId, keepForward } from "./forward.ts";
import { findRelayTarget, isRelayRef, relayRef } from "./relay-target.ts";

const UNTIL = Date.parse("2026-11-22T10:00:00.000Z");
const REF = "org_1.relay-1-10";
const body = Buffer.from('{"text":"é 😀 \\u00e9"}');
const vault = createVault([Buffer.alloc(32, 9)]);
const owner = { organizationId: "org_1", appId: "1", wabaId: "10" };

const webhookAt = (url: string, state: Webhook["state"] = "active"): Webhook => {
  return { url, verifyToken: "sealed", state };
};

/** What of a number matters here. */
function number(phoneNumberId: string, changes: Partial<ConnectedNumber> = {}) {
  const usual = { status: "active", billingSuspendedAt: null, webhook: null };
  return { phoneNumberId, ...usual, ...changes } as ConnectedNumber;
}

function account(changes: Partial<Waba> = {}): Waba {
  const seal = (secret: string) => vault.seal(secret, signingSecretPlace(owner));
  const before = { previous: seal("former"), previousUntil: UNTIL };
  const waba = {
    ...owner,
    delivery: "relay",
    overrideScope: "waba",
    webhook: webhookAt("https://acme.example.com/"),
    signingSecrets: { current: seal("newest"), ...before },
    numbers: [number("101")],
    ...changes,
  };
  return waba as Waba;
}

async function find(waba: Waba | undefined, ref = REF, secrets: readonly string[] = ["a", "b"]) {
  const store = keyvStore(new Keyv());
  await store.start();
  const known = { key: wabaKey("1", "10"), value: waba };
  await store.commit({
    guards: [],
    writes: [known, keepForward({ id: "fwd_1", target: REF, bytes: body, tenantIds: ["acme"] })],
  });
  const find = async (organizationId: string, appId?: string) =>
    organizationId === "org_1" && appId === "1" ? ({ secrets } as MetaApp) : undefined;
  return findRelayTarget({ store, vault, metaApps: { find } }, ref);
}

async function headersAt(now: number, waba: Waba) {
  const [content] = (await (await find(waba))?.read(["fwd_1"])) ?? [];
  const letter = content?.compose(now);
  expect(letter?.body).toEqual(body);
  return letter?.headers;
}

const by = (secret: string) => `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

describe("a forward", () => {
  it("is the bytes as they came, signed as Meta would", async () => {
    expect(await headersAt(UNTIL, account())).toEqual({
      "content-type": "application/json",
      "user-agent": "wabakit",
      "webhook-id": "fwd_1",
      "x-hub-signature-256": by("newest"),
    });
  });

  it("carries the signature of the former secret until that no longer counts", async () => {
    expect(await headersAt(UNTIL - 1, account())).toMatchObject({
      "x-hub-signature-256": by("newest"),
      "x-wabakit-previous-signature-256": by("former"),
    });
  });

  it("past us in `direct` is signed with the newest secret of the app, and with no other", async () => {
    expect(await headersAt(UNTIL - 1, account({ delivery: "direct" }))).toEqual({
      "content-type": "application/json",
      "user-agent": "wabakit",
      "webhook-id": "fwd_1",
      "x-hub-signature-256": by("a"),
    });
  });

  it("waits while the app that has to sign is not there", async () => {
    await expect(find(account({ delivery: "direct" }), REF, [])).rejects.not.toThrow(Failure);
  });

  it("that is purged is not sent", async () => {
    expect(await (await find(account()))?.read(["fwd_2"])).toEqual([undefined]);
  });

  it("has the same id whenever its notification is worked on, and another for another", () => {
    const ids = [
      forwardId("page.0", REF),
      forwardId("page.0", REF),
      forwardId("page.1", REF),
      forwardId("page.0", `${REF}-101`),
    ];
    expect(ids[0]).toMatch(/^fwd_[0-9a-z]{26}$/);
    expect(new Set(ids).size).toBe(3);
    expect(ids[1]).toBe(ids[0]);
  });
});

describe("the webhook of an account", () => {
  const own = { webhook: webhookAt("https://own.example.com/") };

  it("is who its reference names", async () => {
    expect(await find(account())).toMatchObject({
      organizationId: "org_1",
      id: "relay-1-10",
      url: "https://acme.example.com/",
      enabled: true,
      canEnd: false,
    });
    expect(relayRef(account(), number("101"))).toBe(REF);
  });

  it("of one number is the number's own", async () => {
    const waba = account({ overrideScope: "number", webhook: null, numbers: [number("101", own)] });
    expect(relayRef(waba, number("101"))).toBe(`${REF}-101`);
    expect(await find(waba, `${REF}-101`)).toMatchObject({ url: "https://own.example.com/" });
  });

  it("of one number is the account's again where that has taken over", async () => {
    expect(await find(account(), `${REF}-101`)).toMatchObject({ url: "https://acme.example.com/" });
  });

  it("has a reference that is a job id, and that no endpoint has", () => {
    expect(REF).toMatch(/^[\w.-]+$/);
    expect([REF, "org_1.whe_relay-", "org.relay-1.whe_1"].map(isRelayRef)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it.each<[string, Waba | undefined, string]>([
    ["the account is gone", undefined, REF],
    ["the account is another organization's now", account({ organizationId: "org_2" }), REF],
    ["the account makes events only", account({ delivery: "events" }), REF],
    ["there is no webhook", account({ webhook: null }), REF],
    [
      "Meta has refused it",
      account({ webhook: webhookAt("https://acme.example.com/", "refused") }),
      REF,
    ],
    [
      "all is suspended",
      account({ webhook: webhookAt("https://acme.example.com/", "removed") }),
      REF,
    ],
    ["nothing can be signed", account({ signingSecrets: null }), REF],
    ["the number is gone", account(), `${REF}-404`],
    [
      "the number is suspended",
      account({ numbers: [number("101", { status: "suspended", billingSuspendedAt: 1 })] }),
      `${REF}-101`,
    ],
  ])("is gone when %s", async (_when, waba, ref) => {
    expect(await find(waba, ref)).toBeUndefined();
  });
});
