import type { AnyEvent, EventType } from "@wabakit/core";
import { describe, expect, test } from "vitest";
import { type ConnectedAt, connect } from "./connect.ts";
import { type Receiver, receiver } from "./receiver.ts";

const metadataOf = ({ phoneNumberId }: ConnectedAt) => ({
  display_phone_number: "15550100142",
  phone_number_id: phoneNumberId,
});

function envelope(...entry: readonly object[]): object {
  return { object: "whatsapp_business_account", entry };
}

function change(field: string, value: object): object {
  return { changes: [{ field, value }] };
}

/** Sends a body, which has to be taken, and waits for what comes of it. */
async function told({ meta, callbackUrl, quiet }: Receiver, body: object | Uint8Array) {
  const { status } = await meta.send(callbackUrl, body);
  expect(status).toBe(200);
  await quiet();
}

function countOf(heard: readonly AnyEvent[]): Partial<Record<EventType, number>> {
  const counts: Partial<Record<EventType, number>> = {};
  for (const { type } of heard) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

const many = <Element>(count: number, make: (at: number) => Element) =>
  Array.from({ length: count }, (_, at) => make(at));

describe("one body", () => {
  test("of 1,000 updates of every kind gives 1,000 events", async () => {
    const here = await receiver();
    const number = await connect(here);
    const metadata = metadataOf(number);
    const own = { id: number.wabaId };
    const echo = (at: number) => ({ id: `wamid.e${at}`, type: "text", to: "15550123456" });
    const contact = (at: number) => ({ action: "add", contact: { phone_number: `1555${at}` } });
    const template = (at: number) => ({ event: "APPROVED", message_template_id: at });
    await told(
      here,
      envelope(
        {
          ...own,
          ...change("messages", {
            metadata,
            messages: many(200, (at) => ({ id: `wamid.m${at}`, type: "text" })),
            statuses: many(200, (at) => ({ id: `wamid.s${at}`, status: "read" })),
          }),
        },
        { ...own, ...change("smb_message_echoes", { metadata, message_echoes: many(200, echo) }) },
        { ...own, ...change("smb_app_state_sync", { metadata, state_sync: many(200, contact) }) },
        ...many(200, (at) => ({
          ...own,
          time: 1_795_219_200,
          ...change("message_template_status_update", template(at)),
        })),
      ),
    );
    expect(countOf(here.heard)).toEqual({
      "message.received": 200,
      "message.status_updated": 200,
      "message.echoed": 200,
      "contact.synced": 200,
      "template.status_changed": 200,
    });
  });

  test("of a history of thousands of messages tells each of them once", async () => {
    const here = await receiver();
    const number = await connect(here);
    const messages = many(2_500, (at) => ({
      id: `wamid.${at}`,
      type: "text",
      from: "15550123456",
    }));
    const threads = [
      { id: "15550123456", messages: messages.slice(0, 2_000) },
      { id: "15550123457", messages: messages.slice(2_000) },
    ];
    const history = [{ metadata: { phase: 1, chunk_order: 1, progress: 50 }, threads }];
    const body = envelope({
      id: number.wabaId,
      ...change("history", { metadata: metadataOf(number), history }),
    });
    await told(here, body);
    await told(here, body);
    const wamids = here.heard.flatMap(({ type, data }) =>
      type === "history.synced"
        ? data.threads.flatMap((thread) => thread.messages.map(({ wamid }) => wamid))
        : ["something else"],
    );
    expect(wamids.toSorted()).toEqual(messages.map(({ id }) => id).sort());
    expect(countOf(here.heard)).toEqual({ "history.synced": 25 });
  });

  test("about several accounts reaches each one's tenant", async () => {
    const here = await receiver();
    const acme = await connect(here, { tenantId: "acme" });
    const globex = await connect(here, { tenantId: "globex" });
    const calls = (number: ConnectedAt, id: string) => ({
      id: number.wabaId,
      ...change("calls", { metadata: metadataOf(number), calls: [{ id, event: "connect" }] }),
    });
    const reviewed = change("account_review_update", { decision: "APPROVED" });
    await told(
      here,
      envelope(
        calls(acme, "wacid.1"),
        { id: globex.wabaId, time: 1_795_219_200, ...reviewed },
        calls(globex, "wacid.2"),
      ),
    );
    const owners = here.heard.map(({ type, data }) =>
      "tenantId" in data ? `${data.tenantId} ${type}` : type,
    );
    expect(owners.toSorted()).toEqual([
      "acme call.connected",
      "globex account.reviewed",
      "globex call.connected",
    ]);
  });

  test("with odd and hostile parts gives an event for each, and never an error", async () => {
    const here = await receiver();
    const number = await connect(here);
    const deep = `${"[".repeat(200_000)}1${"]".repeat(200_000)}`;
    const metadata = JSON.stringify(metadataOf(number));
    const call = `{"id":"wacid.1","event":"terminate","duration":"soon","x":${deep}}`;
    const parts = [
      `{"field":"calls","value":{"metadata":${metadata},"__proto__":{"x":1},"calls":[${call},7]}}`,
      `{"field":"history","value":{"metadata":${metadata},"history":{"threads":"none"}}}`,
      `{"field":"flows","value":[]}`,
      `{"field":["flows"],"value":{"event":9007199254740993}}`,
    ];
    const body = `{"entry":[{"id":"${number.wabaId}","changes":[${parts.join()}]}]}`;
    await told(here, Buffer.from(body));
    expect(countOf(here.heard)).toEqual({
      "call.terminated": 1,
      "history.synced": 1,
      "webhook.unknown": 3,
    });
    expect({}).not.toHaveProperty("x");
  });
});
