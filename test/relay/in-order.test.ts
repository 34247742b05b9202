import { describe, expect, it } from "vitest";
import { expectVerified, relayScene, textsOf } from "./scene.ts";

/** The schedule's first pause may be a fifth longer than five seconds. */
const FIRST_PAUSE_MS = 6_000;

async function arrange(fields: Readonly<Record<string, unknown>>) {
  const here = await relayScene();
  const server = await here.server();
  const number = await here.connect();
  await here.webhook(number, server, fields);
  const from = (contact: string, body: string) =>
    here.send(here.meta.textMessage({ ...number, from: contact, body, id: `wamid.${body}` }));
  return { ...here, server, number, from };
}

describe("an account that asks for order", () => {
  it("gets what is about one contact in its order, also when one has to be sent again", async () => {
    const here = await arrange({ ordered: true });
    here.server.respond(({ body }) => ({ status: `${body}`.includes("first") ? 500 : 200 }));
    const first = await here.from("15550001", "first");
    await here.server.waitFor(1);
    const second = await here.from("15550001", "second");
    const other = await here.from("15550002", "other");
    await here.server.waitFor(2);
    await here.quiet();
    expect(textsOf(here.server.received)).toEqual(textsOf([first, other]));

    here.server.respond({});
    await here.clock.advance(FIRST_PAUSE_MS);
    await here.server.waitFor(4);
    expect(textsOf(here.server.received)).toEqual(textsOf([first, other, first, second]));
    expectVerified(here.server.received);
  });

  it("shows that it does, and may change its mind", async () => {
    const here = await arrange({ ordered: true });
    const path = `/wabas/${here.number.wabaId}`;
    expect(await here.call("GET", path)).toMatchObject({ body: { ordered: true } });
    const connection = `/connections/${here.number.connectionId}`;
    expect(await here.call("PATCH", connection, { ordered: false })).toMatchObject({ status: 200 });
    expect(await here.call("GET", path)).toMatchObject({ body: { ordered: false } });
    expect(await here.call("PATCH", `${path}/webhook`, { ordered: true })).toMatchObject({
      status: 200,
    });
    expect(await here.call("GET", path)).toMatchObject({
      body: { ordered: true, delivery: "relay", webhookState: "active" },
    });
  });
});

describe("an account that does not", () => {
  it("gets the later ones meanwhile", async () => {
    const here = await arrange({});
    here.server.respond(({ body }) => ({ status: `${body}`.includes("first") ? 500 : 200 }));
    const first = await here.from("15550001", "first");
    await here.server.waitFor(1);
    const second = await here.from("15550001", "second");
    await here.server.waitFor(2);
    expect(textsOf(here.server.received)).toEqual(textsOf([first, second]));
  });
});
