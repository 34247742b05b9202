import { Keyv } from "keyv";
import { expect, test } from "vitest";
import { createVault } from "../crypto/vault.ts";
import { keyvStore } from "../store/keyv-store.ts";
import { eventKey } from "./emit.ts";
import type { Endpoint } from "./endpoint.ts";
import { secretPlace } from "./endpoint-secret.ts";
import { endpointTarget } from "./endpoint-target.ts";

const NOW = Date.parse("2026-11-21T10:00:00.700Z");
const event = { type: "message.received", id: "evt_1", data: { text: "é" } };

async function arrange() {
  const store = keyvStore(new Keyv());
  await store.start();
  await store.commit({ guards: [], writes: [{ key: eventKey("org_1", "evt_1"), value: event }] });
  const vault = createVault([Buffer.alloc(32, 9)]);
  const secret = vault.seal(`whsec_${"a".repeat(32)}`, secretPlace("org_1", "whe_1"));
  // The rest of an endpoint does not matter to whom it is sent.
  const endpoint = {
    id: "whe_1",
    organizationId: "org_1",
    secrets: [secret],
    secretEnds: [],
    signature: "standard",
    headers: null,
  } as unknown as Endpoint;
  return endpointTarget({ store, vault }, endpoint);
}

test("an endpoint gets the event as JSON, named, dated and signed", async () => {
  const [content] = await (await arrange()).read(["evt_1"]);
  const { headers, body } = content?.compose(NOW) ?? {};
  const { type, ...rest } = event;
  expect(JSON.parse(Buffer.from(body ?? []).toString())).toEqual({ event: type, ...rest });
  expect(headers).toEqual({
    "content-type": "application/json",
    "user-agent": "wabakit",
    "webhook-id": "evt_1",
    "webhook-timestamp": String(Math.floor(NOW / 1000)),
    "webhook-signature": expect.stringMatching(/^v1,[\w+/]{43}=$/),
    "x-wabakit-event": "message.received",
  });
});

test("there is nothing to send of an event that is no longer stored", async () => {
  const letters = await (await arrange()).read(["evt_gone", "evt_1"]);
  expect(letters.map((content) => typeof content?.compose)).toEqual(["undefined", "function"]);
});
