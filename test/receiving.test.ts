import { gzipSync } from "node:zlib";
import { keepRawBody, mount } from "@wabakit/express";
import express from "express";
import { describe, expect, test } from "vitest";
import vectors from "./fixtures/payloads/signature/vectors.json" with { type: "json" };
import { connect } from "./receiving/connect.ts";
import { NOT_OURS, type Receiver, receiver, servedBy } from "./receiving/receiver.ts";
import { strangersText } from "./receiving/strangers-text.ts";
import { withTwoApps } from "./receiving/two-apps.ts";

const MIB = 1024 * 1024;

function send(here: Receiver, options: Parameters<Receiver["meta"]["send"]>[2] = {}) {
  return here.meta.send(here.callbackUrl, strangersText(here), options);
}

describe.each(["express", "koa"] as const)("on %s, a notification", (host) => {
  const start = () => receiver({ listener: servedBy(host) });

  test("that Meta signed is taken in, escaped as Meta escapes", async () => {
    const here = await start();
    expect(await send(here)).toMatchObject({ status: 200 });
    await here.quiet();
    const [event, ...others] = here.heard;
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      type: "webhook.unrouted",
      data: { update: { data: { message: { text: { body: "Ünï 🎉 a/b" } } } } },
    });
  });

  test.each([
    ["signed with another secret", { appSecret: "another" }],
    ["without a signature", { headers: { "x-hub-signature-256": "", "x-hub-signature": "" } }],
    ["with the legacy signature alone", { headers: { "x-hub-signature-256": "" } }],
    ["with the legacy signature in its place", { headers: { "x-hub-signature-256": "sha1=58be" } }],
  ])("%s is refused, and nothing is stored", async (_how, options) => {
    const here = await start();
    const before = await here.records(/./);
    const answer = await send(here, options);
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: "signature_mismatch" } });
    expect(await here.records(/./)).toEqual(before);
  });

  test("of 3 MB is taken in and told", async () => {
    const here = await start();
    const { phoneNumberId } = await connect(here);
    const body = "a".repeat(3 * MIB - 1_000);
    const payload = here.meta.textMessage({ phoneNumberId, body });
    const answer = await here.meta.send(here.callbackUrl, payload, { padToBytes: 3 * MIB });
    expect(answer.status).toBe(200);
    await here.quiet();
    expect(here.heard).toMatchObject([{ data: { message: { text: { body } } } }]);
  });

  test("of 4 MiB is taken in, of a byte more refused, announced or not", async () => {
    const here = await start();
    expect(await send(here, { padToBytes: 4 * MIB })).toMatchObject({ status: 200 });
    expect(await send(here, { padToBytes: 4 * MIB + 1 })).toMatchObject({ status: 413 });

    const { body, headers } = here.meta.sign(strangersText(here), { padToBytes: 4 * MIB + 1 });
    const chunks = new Blob([new Uint8Array(body)]).stream();
    const chunked = { method: "POST", headers, body: chunks, duplex: "half" } as const;
    expect((await fetch(here.callbackUrl, chunked)).status).toBe(413);
  });

  test("that is compressed is refused", async () => {
    const here = await start();
    const body = gzipSync(JSON.stringify(strangersText(here)));
    const headers = { "content-encoding": "gzip" };
    const answer = await here.meta.send(here.callbackUrl, body, { headers });
    expect(answer.status).toBe(415);
  });

  test("by any other method, or to any other path, is the host's", async () => {
    const { url, callbackUrl, meta } = await start();
    for (const method of ["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]) {
      expect((await fetch(callbackUrl, { method })).status).toBe(NOT_OURS);
    }
    for (const path of [`/webhooks/meta/99`, `/webhooks/meta/`, `/webhooks`, "/"]) {
      expect(await meta.send(`${url}${path}`, {})).toMatchObject({ status: NOT_OURS });
    }
  });
});

describe("a signature", () => {
  test.each(vectors)("is held against the exact bytes: $name", async (vector) => {
    const { meta, callbackUrl } = await receiver({
      apps: ({ app }) => [{ ...app, appSecret: vector.app_secret }],
    });
    const body = Buffer.from(vector.raw_body_base64, "base64");
    const statusOf = async (signature: string) => {
      const headers = { "x-hub-signature-256": signature };
      return (await meta.send(callbackUrl, body, { headers })).status;
    };
    expect(await statusOf(vector.x_hub_signature_256)).toBe(200);
    const rewritten = vector.wrong_signature_if_body_is_reserialized;
    if (rewritten) expect(await statusOf(rewritten)).toBe(401);
  });

  test("holds with the new and the old secret while they are being changed", async () => {
    const here = await receiver({ apps: ({ app }) => [{ ...app, appSecret: ["new", "old"] }] });
    const secrets = ["new", "old", "older"];
    const answers = await Promise.all(secrets.map((appSecret) => send(here, { appSecret })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 401]);
  });

  test("of one app opens the path of that app alone", async () => {
    const here = await withTwoApps();
    const { meta, callbackUrl, second } = here;
    const statusAt = async (path: string, appId: string) =>
      (await meta.send(`${callbackUrl}${path}`, strangersText(here), { appId })).status;
    const first = meta.app;
    expect(await statusAt("", first.appId)).toBe(200);
    expect(await statusAt(`/${first.appId}`, first.appId)).toBe(200);
    expect(await statusAt(`/${second.appId}`, second.appId)).toBe(200);
    expect(await statusAt("", second.appId)).toBe(401);
    expect(await statusAt(`/${first.appId}`, second.appId)).toBe(401);
    expect(await statusAt(`/${second.appId}`, first.appId)).toBe(401);
  });
});

describe("behind a body parser", () => {
  const limit = "4mb";

  test("it is said how to fix the mount, and nothing is stored", async () => {
    const here = await receiver({
      listener: (hub) => express().use(express.json({ limit }), mount(hub)),
    });
    const before = await here.records(/./);
    const answer = await send(here);
    expect(answer.status).toBe(500);
    const { error } = JSON.parse(answer.body);
    expect(error.code).toBe("raw_body_unavailable");
    expect(error.message).toContain("express.json({ verify: keepRawBody })");
    expect(await here.records(/./)).toEqual(before);
  });

  test("that keeps the bytes it works", async () => {
    const here = await receiver({
      listener: (hub) => express().use(express.json({ limit, verify: keepRawBody }), mount(hub)),
    });
    expect(await send(here)).toMatchObject({ status: 200 });
  });
});
