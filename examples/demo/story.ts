import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { SHEENA } from "@wabakit/example-environment";
import { callApi } from "./call-api.ts";
import { inTime } from "./in-time.ts";
import type { Narrator } from "./narrator.ts";
import { type Clicking, onboardNumber } from "./onboard-number.ts";
import type { Stage } from "./stage.ts";

const TEXT = "Hello, is my order ready?";
const POLL_MS = 50;

/** Tells the whole way of a message, and lives it. @throws {Error} Where it comes to another end. */
export async function tellStory(
  stage: Stage,
  narrator: Narrator,
  clicking: Clicking,
): Promise<void> {
  await introduce(stage, narrator);
  await onboardNumber(stage, narrator, clicking);
  await addEndpoint(stage, narrator);
  const webhook = await receiveMessage(stage, narrator);
  const eventId = await hearEvent(stage, narrator);
  await deliverEvent(stage, narrator, eventId);
  await repeatMessage(stage, narrator, webhook);
  await forgeMessage(stage, narrator, webhook);
}

async function introduce({ meta, appUrl, database, callbackUrl }: Stage, narrator: Narrator) {
  narrator.step("Your server is up: examples/express/main.ts, an Express app with a hub in it.");
  narrator.tell(`It listens on ${appUrl}, and keeps everything in one SQLite file:`, database);

  narrator.step("A fake Meta is up, since nobody has a WhatsApp app at hand for a first look.");
  narrator.tell(
    `It plays the Graph API on ${meta.url} and signs its webhooks with a random secret.`,
    "First it checks the webhook URL, as Meta's App Dashboard does when you enter it:",
  );
  await meta.handshake({ url: callbackUrl, verifyToken: meta.app.verifyToken });
  narrator.tell(`GET ${callbackUrl}?hub.mode=subscribe&… -> 200, with Meta's challenge.`);
}

async function addEndpoint(stage: Stage, narrator: Narrator): Promise<void> {
  const { receiver } = stage;
  narrator.step("Acme's own server wants to know what happens to its number. Add it:");
  const body = { url: receiver.url, events: ["message.*"], filter: { tenantIds: ["acme"] } };
  const call = { method: "POST", path: "/webhook-endpoints", body } as const;
  const { id, secret } = await callApi(stage, narrator, call);
  receiver.trust(String(secret));
  narrator.tell(`-> 201: ${id}, with a signing secret that is shown this once.`);
}

async function receiveMessage(stage: Stage, narrator: Narrator): Promise<unknown> {
  const { meta, playground } = stage;
  narrator.step(`${SHEENA.name} writes to Acme on WhatsApp: "${TEXT}". Meta sends you a webhook:`);
  const { phoneNumberId } = playground;
  const webhook = meta.textMessage({ ...SHEENA, phoneNumberId, body: TEXT });
  await post(stage, narrator, { webhook, expected: 200 });
  narrator.tell(
    "Its signature was checked over the exact bytes, then it was stored, then answered: had the",
    "store been down, the answer would have been 503, and Meta would have tried again.",
  );
  return webhook;
}

async function hearEvent({ app }: Stage, narrator: Narrator): Promise<string> {
  narrator.step('Your code hears a typed event. The listener, hub.on("*", …), has logged it:');
  const { event, id, connectionId } = await inTime(app.messages.take(), "the event in the log");
  assert.equal(event, "message.received");
  narrator.tell(JSON.stringify({ event, id, connectionId }));
  return id;
}

async function deliverEvent({ receiver }: Stage, narrator: Narrator, eventId: string) {
  narrator.step(
    "Acme's server gets the same event, signed, and verifies it by `standardwebhooks`:",
  );
  const { headers, event } = await inTime(receiver.deliveries.take(), "the delivery to Acme");
  const { message, contact } = event.data;
  assert.equal(headers["webhook-id"], eventId);
  assert.equal(message.type === "text" && message.text?.body, TEXT);
  narrator.tell(
    `webhook-id: ${headers["webhook-id"]}`,
    `webhook-signature: ${headers["webhook-signature"]} (good)`,
    `x-wabakit-event: ${headers["x-wabakit-event"]}`,
    `tenant ${event.data.tenantId}, from ${contact?.contactPhone} (${contact?.name}): "${TEXT}"`,
  );
}

async function repeatMessage(stage: Stage, narrator: Narrator, webhook: unknown): Promise<void> {
  narrator.step("Meta sends that webhook once more, as it does whenever it is in doubt:");
  await post(stage, narrator, { webhook, expected: 200 });
  await inTime(repeatSeen(stage), "the repeat in GET /health");
  assertSilence(stage);
  narrator.tell("It was recognised. Nobody heard or got anything twice.");
}

async function forgeMessage(stage: Stage, narrator: Narrator, webhook: unknown): Promise<void> {
  narrator.step("Somebody else sends a webhook, signed with a guessed secret:");
  await post(stage, narrator, { webhook, expected: 401, appSecret: "guessed" });
  assertSilence(stage);
  narrator.tell("It was refused before anything was stored.");
}

interface Post {
  readonly webhook: unknown;
  readonly expected: number;
  /** Signs with this instead of the app's secret. */
  readonly appSecret?: string;
}

async function post({ meta, callbackUrl }: Stage, narrator: Narrator, post: Post): Promise<void> {
  const { webhook, expected, ...signing } = post;
  const { headers } = meta.sign(webhook, signing);
  const { status, body } = await meta.send(callbackUrl, webhook, signing);
  narrator.tell(
    `POST ${callbackUrl}`,
    `x-hub-signature-256: ${headers["x-hub-signature-256"]}`,
    `-> ${status} ${body}`,
  );
  assert.equal(status, expected);
}

async function repeatSeen({ api }: Stage): Promise<void> {
  for (;;) {
    const { body } = await api.send({ method: "GET", path: "/health" });
    const { repeats } = Object(body.worker);
    if (repeats === 1) return;
    await pause(POLL_MS);
  }
}

/** Nothing was heard or delivered that the story has not told. */
function assertSilence({ app, receiver }: Stage): void {
  assert.equal(app.messages.count(), 0);
  assert.equal(receiver.deliveries.count(), 0);
}
