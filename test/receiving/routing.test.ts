import type { AnyEvent } from "@wabakit/core";
import { describe, expect, test } from "vitest";
import { connect } from "./connect.ts";
import { receiver } from "./receiver.ts";
import { withTwoApps } from "./two-apps.ts";

/** To whom what Meta says belongs; what comes of it for the connection is another matter. */
function ownersOf(heard: readonly AnyEvent[]) {
  return heard
    .filter(({ type }) => !type.startsWith("connection."))
    .map(({ type: event, data }) =>
      "connectionId" in data
        ? { event, tenant: data.tenantId, connection: data.connectionId }
        : event,
    )
    .toSorted((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)));
}

const review = { field: "account_review_update", value: { decision: "APPROVED" } };

describe("an update", () => {
  test("about an account reaches each of its tenants once, as news of no connection", async () => {
    const here = await receiver();
    const { wabaId } = await connect(here, { tenantId: "acme" });
    await connect(here, { tenantId: "acme", wabaId });
    await connect(here, { tenantId: "globex", wabaId });
    await here.meta.send(here.callbackUrl, here.meta.change({ wabaId, ...review }));
    await here.quiet();
    expect(ownersOf(here.heard)).toEqual([
      { event: "account.reviewed", tenant: "acme", connection: null },
      { event: "account.reviewed", tenant: "globex", connection: null },
    ]);
  });

  test("that names a number only by its digits reaches the connection of that number", async () => {
    const here = await receiver();
    const { wabaId } = await connect(here, { displayPhoneNumber: "+1 555-010-0001" });
    const meant = await connect(here, { wabaId, displayPhoneNumber: "+1 555-010-0002" });
    for (const display_phone_number of ["15550100002", "+15550100002", "+1 555-010-0002"]) {
      const value = { display_phone_number, event: "FLAGGED", current_limit: "TIER_1K" };
      const payload = here.meta.change({ wabaId, field: "phone_number_quality_update", value });
      await here.meta.send(here.callbackUrl, payload);
    }
    await here.quiet();
    const owner = {
      event: "phone.quality_changed",
      tenant: "acme",
      connection: meant.connectionId,
    };
    expect(ownersOf(here.heard)).toEqual([owner, owner, owner]);
  });

  test("reaches the connection of its number, whatever account its entry names", async () => {
    const here = await receiver();
    const { phoneNumberId, connectionId } = await connect(here);
    const other = await connect(here, { tenantId: "globex" });
    for (const wabaId of ["999", other.wabaId]) {
      const payload = here.meta.textMessage({ wabaId, phoneNumberId, body: "hi" });
      await here.meta.send(here.callbackUrl, payload);
    }
    await here.quiet();
    const owner = { event: "message.received", tenant: "acme", connection: connectionId };
    expect(ownersOf(here.heard)).toEqual([owner, owner]);
  });

  test("about a number nobody connected reaches no sibling in the account", async () => {
    const here = await receiver();
    const { wabaId } = await connect(here);
    const payload = here.meta.textMessage({ wabaId, phoneNumberId: "404", body: "hi" });
    await here.meta.send(here.callbackUrl, payload);
    await here.quiet();
    expect(ownersOf(here.heard)).toEqual(["webhook.unrouted"]);
    expect(here.heard[0]?.data).toMatchObject({
      reason: "not_connected",
      appId: here.meta.app.appId,
      wabaId,
      phoneNumberId: "404",
      update: { type: "message.received", data: { message: { text: { body: "hi" } } } },
    });
    expect(await here.counts()).toEqual({ items: 1, repeats: 0, unrouted: 1 });
  });
});

describe("with two Meta apps", () => {
  test("one of them cannot speak for the other's numbers and accounts", async () => {
    const here = await withTwoApps();
    const { meta, callbackUrl, second } = here;
    const number = await connect(here, { appId: second.appId });
    const payloads = [
      meta.textMessage({ ...number, id: "wamid.one", body: "hi" }),
      meta.change({ ...number, ...review, at: 1_000 }),
    ];
    for (const payload of payloads) await meta.send(callbackUrl, payload);
    await here.quiet();
    expect(ownersOf(here.heard)).toEqual(["webhook.unrouted", "webhook.unrouted"]);

    // What the first app said does not count as said by the second one.
    const its = { appId: second.appId };
    for (const payload of payloads) await meta.send(`${callbackUrl}/${second.appId}`, payload, its);
    await here.quiet();
    expect(ownersOf(here.heard.slice(2))).toEqual([
      { event: "account.reviewed", tenant: "acme", connection: null },
      { event: "message.received", tenant: "acme", connection: number.connectionId },
    ]);
  });

  test("a number that both serve is told by each", async () => {
    const here = await withTwoApps();
    const { meta, callbackUrl, second } = here;
    const number = await connect(here, { tenantId: "acme" });
    await connect(here, { ...number, tenantId: "acme", appId: second.appId });
    const payload = meta.textMessage({ ...number, body: "hi" });
    for (const { appId } of [meta.app, second]) {
      await meta.send(`${callbackUrl}/${appId}`, payload, { appId });
    }
    await here.quiet();
    const events = here.heard.map(({ type: event }) => event);
    expect(events).toEqual(["message.received", "message.received"]);
  });
});
