import { readdirSync, readFileSync } from "node:fs";
import { serializeLikeMeta } from "@wabakit/testing";
import { expect, test } from "vitest";
import { expectVerified, relayScene, textsOf } from "./scene.ts";

const FOLDER = new URL("../fixtures/payloads/", import.meta.url);

/** The samples speak of these two accounts. */
const NUMBERS = [
  { wabaId: "104996122399160", phoneNumberId: "110200345501442", digits: "+15550100142" },
  { wabaId: "104996122399160", phoneNumberId: "110200345501443", digits: "+15550100143" },
  { wabaId: "104996122399999", phoneNumberId: "110200345509999", digits: "+15550109999" },
];

/** About Meta's partner, about several accounts at once, or about what ends an account. */
const SPECIAL = /^(?:_batch|partner_solutions|account_update)/;

/** Some samples are about the same message; here each is about one of its own. */
const samples = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".json") && !SPECIAL.test(name))
  .map((name, index) =>
    readFileSync(new URL(name, FOLDER), "utf8").replaceAll("wamid.", `wamid.${index}x`),
  );

test.each([
  ["in the spelling of the samples", (text: string) => Buffer.from(text)],
  ["escaped as Meta does it", (text: string) => serializeLikeMeta(JSON.parse(text))],
  ["without an escape", (text: string) => Buffer.from(JSON.stringify(JSON.parse(text)))],
])("every sample %s arrives byte for byte, and verifies", async (_how, spell) => {
  const here = await relayScene();
  const server = await here.server();
  for (const wabaId of new Set(NUMBERS.map((number) => number.wabaId)))
    here.meta.addWaba({ wabaId });
  for (const { digits, ...number } of NUMBERS) {
    await here.webhook(await here.connect({ ...number, displayPhoneNumber: digits }), server);
  }
  const sent: Buffer[] = [];
  for (const text of samples) sent.push(await here.send(spell(text)));

  await server.waitFor(sent.length, 15_000);
  expect(textsOf(server.received)).toEqual(textsOf(sent));
  expectVerified(server.received);
});

test("what is in a body beside the updates arrives as well", async () => {
  const here = await relayScene();
  const server = await here.server();
  const number = await here.connect();
  await here.webhook(number, server);
  const payload = here.meta.textMessage({ ...number, body: "I’m here 😀 a/b" });
  const text = JSON.stringify({ new: { of: "Meta's" }, ...payload }, null, 1);
  const sent = [
    await here.send(Buffer.from(`\ufeff${text.replaceAll("wamid.", "wamid.1")}\r\n`)),
    await here.send(Buffer.from(text.replace("😀", "\\uD83D\\ude00").replaceAll("/", "\\u002f"))),
  ];
  await server.waitFor(2);
  expect(textsOf(server.received)).toEqual(textsOf(sent));
  expectVerified(server.received);
});

test("a body as large as Meta sends arrives byte for byte, and verifies", async () => {
  const here = await relayScene();
  const server = await here.server();
  const number = await here.connect();
  await here.webhook(number, server);
  const payload = here.meta.textMessage({ ...number, body: "é 😀 a/b" });
  const { body } = here.meta.sign(payload, { padToBytes: 3 * 1024 * 1024 });
  await here.send(body);
  const [delivered] = await server.waitFor(1);
  expect(delivered?.body.equals(body)).toBe(true);
  expectVerified(server.received);
});
