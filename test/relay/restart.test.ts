import { createHub, type Hub } from "@wabakit/core";
import { fakeClock, fakeMeta } from "@wabakit/testing";
import { Keyv } from "keyv";
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "../delivery/scene.ts";
import { hubOptions } from "../spine/setting.ts";
import { expectVerified, SECRET, tenantsServer, textsOf, VERIFY_TOKEN } from "./scene.ts";

const START_AT = Date.UTC(2026, 10, 21);
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const SWEEP_MS = 30_000;

/** Processes that follow one another on one store, and a number that is forwarded. */
async function arrange() {
  const [meta, server, entries] = [await fakeMeta(), await tenantsServer(), new Map()];
  onTestFinished(meta.close);
  const common = hubOptions(meta);

  async function hubAfter(ms: number) {
    const clock = fakeClock(START_AT + ms);
    const hub = createHub({ ...common, clock, store: new Keyv({ store: entries }) });
    onTestFinished(() => hub.stop());
    await hub.start();
    return { hub, clock };
  }

  const first = await hubAfter(0);
  const { wabaId } = meta.addWaba();
  const { phoneNumberId } = meta.addNumber({ wabaId });
  const accessToken = meta.issueToken({ wabaIds: [wabaId] });
  const claim = { tenantId: "acme", wabaId, phoneNumberId, accessToken };
  const { connection } = await first.hub.connections.connect(claim);
  await first.hub.connections.update(connection.connectionId, {
    webhookUrl: `${server.url}/hook`,
    webhookVerifyToken: VERIFY_TOKEN,
    delivery: "relay",
    webhookSigningSecret: SECRET,
  });

  return {
    first,
    server,
    hubAfter,
    /** What Meta sends, handed over without a socket. */
    async receive(hub: Hub, text: string): Promise<Buffer> {
      const { headers, body } = meta.sign(meta.textMessage({ wabaId, phoneNumberId, body: text }));
      const request = new Request("https://app.example.com/webhooks/meta", {
        method: "POST",
        headers,
        body,
      });
      expect((await hub.fetch(request))?.status).toBe(200);
      return body;
    },
    count: (kind: string) => [...entries.keys()].filter((key) => key.startsWith(`${kind}:`)).length,
  };
}

test("what was received before a hub ended is forwarded by the next one", async () => {
  const here = await arrange();
  here.server.respond({ delayMs: "reset" });
  const sent = [
    await here.receive(here.first.hub, "one"),
    await here.receive(here.first.hub, "two"),
  ];
  await here.first.hub.stop();
  const before = here.server.received.length;
  here.server.respond({});
  const { clock } = await here.hubAfter(MINUTE_MS);
  await clock.advance(SWEEP_MS);
  const received = (await here.server.waitFor(before + 2)).slice(before);
  expect(textsOf(received)).toEqual(textsOf(sent));
  expectVerified(here.server.received);
});

test("what is forwarded is kept as long as events, and then goes with its deliveries", async () => {
  const here = await arrange();
  await here.receive(here.first.hub, "hi");
  await here.server.waitFor(1);
  await here.first.hub.stop();
  const counts = () => ["item", "forward", "delivery"].map(here.count);
  expect(counts()).toEqual([1, 1, 1]);
  for (const [days, expected] of [
    [9, [0, 1, 1]],
    [15, [0, 0, 0]],
  ] as const) {
    const { hub, clock } = await here.hubAfter(days * DAY_MS);
    await clock.advance(SWEEP_MS);
    await eventually(() => expect(counts()).toEqual(expected));
    await hub.stop();
  }
  expect(here.server.received).toHaveLength(1);
});
