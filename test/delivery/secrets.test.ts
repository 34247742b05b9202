import { createHub, type Logger } from "@wabakit/core";
import { fakeMeta, sink } from "@wabakit/testing";
import { expect, onTestFinished, test } from "vitest";
import { hubOptions } from "../spine/setting.ts";
import { secretOf } from "./drain-scene.ts";
import { eventually } from "./scene.ts";
import { sqliteFile } from "./sqlite-file.ts";

/** Keeps everything that is logged, errors and their causes included. */
function recordingLogger() {
  const lines: string[] = [];
  const write = (fields: object, message: string) => {
    const parts = Object.values(fields).map((field) =>
      field instanceof Error ? `${field.stack} ${JSON.stringify(field)} ${field.cause}` : field,
    );
    lines.push(JSON.stringify([message, fields, parts]));
  };
  const logger: Logger = { debug: write, info: write, warn: write, error: write };
  return { lines, logger };
}

/** How a secret may be written: as it is, or its bytes in another alphabet. */
function spellings(secret: string): readonly string[] {
  const bytes = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const text = Buffer.from(secret);
  return [secret, bytes.toString("base64"), bytes.toString("hex"), text.toString("base64")];
}

function expectNone(secrets: Readonly<Record<string, string>>, where: Buffer | string) {
  for (const [name, secret] of Object.entries(secrets)) {
    const found = spellings(secret).filter((spelling) => where.includes(spelling));
    expect(found, name).toEqual([]);
  }
}

/** A day in the life of a hub, with whatever can go wrong and be told. */
async function story() {
  const [meta, customer, file] = [await fakeMeta(), await sink(), await sqliteFile()];
  onTestFinished(async () => void (await Promise.all([meta.close(), customer.close()])));
  const { lines, logger } = recordingLogger();
  const options = hubOptions(meta);
  const hub = createHub({ ...options, store: file.open(), logger });
  onTestFinished(() => hub.stop());
  hub.on("message.received", () => {
    throw new Error("a listener's own trouble");
  });
  await hub.start();

  const { wabaId } = meta.addWaba();
  const { phoneNumberId } = meta.addNumber({ wabaId });
  const accessToken = meta.issueToken({ wabaIds: [wabaId] });
  const signingSecret = secretOf(0xc3);
  const { connection } = await hub.connections.connect({
    tenantId: "a",
    phoneNumberId,
    accessToken,
  });
  const endpoint = await hub.webhookEndpoints.create({ url: customer.url, secret: signingSecret });
  const generated = await hub.webhookEndpoints.create({ url: `${customer.url}/2` });
  const { apiKey } = await hub.apiKeys.create({ name: "CRM", scopes: ["*"] });

  const refusedToken = meta.issueToken({ wabaIds: [wabaId] });
  const message = `Cannot use ${refusedToken}`;
  meta.fail({ path: /phone_numbers$/, error: { code: 100, message } });
  const refusal = await hub.connections
    .connect({ tenantId: "a", phoneNumberId, accessToken: refusedToken, wabaId })
    .catch((error: unknown) => error);

  customer.respond({ status: 500 });
  const signed = meta.sign(meta.textMessage({ wabaId, phoneNumberId, from: "1", body: "hi" }));
  const init = { method: "POST", headers: signed.headers, body: signed.body };
  await hub.fetch(new Request("https://app.example.com/webhooks/meta", init));
  await customer.waitFor(2);
  await eventually(() => expect(lines.join()).toContain("a listener's own trouble"));

  const secrets = {
    accessToken,
    refusedToken,
    signingSecret,
    generated: generated.secret,
    apiKey: apiKey.split("_")[2]?.slice(0, 24) ?? "",
    bootstrapKey: options.apiKey ?? "",
    appSecret: meta.app.appSecret,
    verifyToken: meta.app.verifyToken,
    ring: Buffer.from(options.secretKeys[0] ?? []).toString("base64"),
  };
  const { received } = customer;
  return { hub, file, received, lines, refusal, secrets, connection, endpoint };
}

test("no secret stands in the SQLite file or its write-ahead log", async () => {
  const { hub, file, secrets, endpoint } = await story();
  const running = await file.bytes();
  expect(running.includes(endpoint.id)).toBe(true);
  expectNone(secrets, running);
  await hub.stop();
  expectNone(secrets, await file.bytes());
});

test("no secret is in a log, or in what is thrown", async () => {
  const { lines, refusal, secrets } = await story();
  expect(lines.length).toBeGreaterThan(0);
  expectNone(secrets, lines.join("\n"));
  expect(refusal).toBeInstanceOf(Error);
  const told = refusal instanceof Error ? `${refusal.stack} ${JSON.stringify(refusal)}` : "";
  expect(told).toContain("Cannot use");
  expectNone(secrets, told);
});

test("a signing secret is shown when it is made, and never again", async () => {
  const { hub, secrets, endpoint, connection } = await story();
  expect(endpoint.secret).toBe(secrets.signingSecret);
  expect(secrets.generated).toMatch(/^whsec_[\w+/]{43}=$/);
  const shown = await Promise.all([
    hub.webhookEndpoints.get(endpoint.id),
    hub.webhookEndpoints.list(),
    hub.connections.get(connection.connectionId),
    hub.connections.list(),
  ]);
  expect(shown).toMatchObject([{ id: endpoint.id }, { data: [{}, {}] }, {}, { data: [{}] }]);
  expectNone(secrets, JSON.stringify([shown, connection]));
});

test("no delivery carries a secret, neither the request nor the record of it", async () => {
  const { file, received, secrets, endpoint } = await story();
  const record = `"endpointId":"${endpoint.id}"`;
  await eventually(async () => expect((await file.bytes()).includes(record)).toBe(true));
  expectNone(secrets, await file.bytes());
  const requests = received.map(({ path, headers, body }) => [path, headers, `${body}`]);
  expectNone(secrets, JSON.stringify(requests));
});
