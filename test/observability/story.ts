import { type HubOptions, keyvStore } from "@wabakit/core";
import { faultyStore } from "@wabakit/testing";
import { Keyv } from "keyv";
import { expect, onTestFinished } from "vitest";
import { client } from "../api/client.ts";
import { eventually } from "../delivery/scene.ts";
import { API_KEY, type Setting, setting } from "../spine/setting.ts";

/** What nobody may be told who watches. */
export interface Story {
  readonly secrets: readonly string[];
  readonly phoneNumbers: readonly string[];
  /** What customers wrote, and paths of theirs. */
  readonly bodies: readonly string[];
}

const CUSTOMER = "15550123456";
const DISPLAYED = "+1 555-019-8877";
const TEXT = "a canary of a message";
const PIN = "918273";

/** Everything that goes well, and everything that goes wrong, once. */
export async function tellStory(options: Partial<HubOptions> = {}): Promise<Story> {
  let works = true;
  const store = faultyStore(keyvStore(new Keyv()), { at: () => !works, mode: "before" });
  const here = await setting("express", { store, ...options });
  onTestFinished(here.close);
  const hookSecret = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
  const number = await connect(here);
  await here.call("POST", "/webhook-endpoints", {
    url: `${here.sink.url}/canary-path?token=canary-query`,
    secret: hookSecret,
  });
  await goWell(here, number);
  await goWrong(here, number);
  works = false;
  expect((await send(here, number)).status).toBe(503);
  works = true;
  await send(here, number);
  const { appSecret, verifyToken } = here.meta.app;
  return {
    secrets: [number.accessToken, hookSecret, appSecret, verifyToken, API_KEY, PIN, "canary-query"],
    phoneNumbers: [CUSTOMER, DISPLAYED, DISPLAYED.replaceAll(/\D/g, "")],
    bodies: [TEXT, "canary-path"],
  };
}

type Number = Awaited<ReturnType<typeof connect>>;

/** Meta refuses the history, in words that repeat the number and the token. */
async function connect(here: Setting) {
  const { wabaId } = here.meta.addWaba();
  const displayed = { displayPhoneNumber: DISPLAYED };
  const { phoneNumberId } = here.meta.addNumber({ wabaId, isOnBizApp: true, ...displayed });
  const accessToken = here.meta.issueToken({ wabaIds: [wabaId] });
  const message = `${DISPLAYED} (${CUSTOMER}) has no history for ${accessToken}`;
  here.meta.fail({ path: /smb_app_data$/, times: 9, error: { code: 100, message } });
  const body = { tenantId: "acme", phoneNumberId, accessToken, requestSync: true };
  const { status, body: made } = await here.call("POST", "/connections", body);
  expect(status).toBe(201);
  return { wabaId, phoneNumberId, accessToken, connectionId: String(made.connectionId) };
}

function send({ meta, callbackUrl }: Setting, { wabaId, phoneNumberId }: Number, body = TEXT) {
  const message = meta.textMessage({ wabaId, phoneNumberId, from: CUSTOMER, body });
  return meta.send(callbackUrl, message);
}

async function goWell(here: Setting, number: Number): Promise<void> {
  const message = here.meta.textMessage({ ...number, from: CUSTOMER, body: TEXT });
  await here.meta.send(here.callbackUrl, message);
  await here.meta.send(here.callbackUrl, message); // a repeat
  await here.sink.waitFor(1);
  expect((await here.call("GET", `/connections/${number.connectionId}/health`)).status).toBe(200);
}

async function goWrong(here: Setting, number: Number): Promise<void> {
  const heard = Promise.withResolvers<void>();
  const leave = here.hub.on("message.received", () => {
    heard.resolve();
    throw new Error(`${CUSTOMER} and ${DISPLAYED} with ${number.accessToken}`);
  });
  here.sink.respond({ status: 500, body: `${CUSTOMER} ${TEXT}` });
  await send(here, number);
  await heard.promise;
  await eventually(() => expect(here.sink.received.length).toBeGreaterThanOrEqual(2));
  leave();
  const forged = await fetch(here.callbackUrl, { method: "POST", body: TEXT });
  expect(forged.status).toBe(401);
  const guess = "?hub.mode=subscribe&hub.challenge=1&hub.verify_token=canary-guess";
  expect((await fetch(here.callbackUrl + guess)).status).toBe(403);
  const stranger = client(here.url, "a-key-that-nobody-has-ever-been-given-x");
  expect((await stranger("GET", `/connections/${number.connectionId}`)).status).toBe(401);
  const { body } = await here.call("POST", "/connections", { pin: PIN, phoneNumberId: CUSTOMER });
  expect(body.error).toMatchObject({ code: "invalid_request" });
}
