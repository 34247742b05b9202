import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { itemIdentity } from "./identity.ts";
import { parseNotification } from "./parse.ts";

function identities(body: unknown, appId = "app"): readonly string[] {
  const { items } = parseNotification(Buffer.from(JSON.stringify(body)));
  return items.map((item) => itemIdentity(appId, item));
}

function change(value: object, field = "messages", entry: object = { id: "waba" }): unknown {
  return { entry: [{ ...entry, changes: [{ value, field }] }] };
}

const metadata = { phone_number_id: "11" };
const read = { id: "w1", status: "read" };

describe("where Meta gives an id", () => {
  test("a message is named by number, field, kind and id", () => {
    expect(identities(change({ metadata, messages: [{ id: "w1" }] }))).toEqual([
      "app:11:messages:message:w1",
    ]);
    expect(identities(change({ messages: [{ id: "w1" }] }))).toEqual([
      "app:waba:messages:message:w1",
    ]);
  });

  test("a status adds itself and, in a group, the participant", () => {
    const statuses = [
      read,
      { ...read, status: "sent" },
      { ...read, recipient_participant_id: "15550123456" },
      { ...read, participant_recipient_id: "15550123457" },
      { ...read, recipient_participant_id: "1", recipient_participant_user_id: "US.1" },
    ];
    expect(identities(change({ metadata, statuses }))).toEqual([
      "app:11:messages:status:w1:read:",
      "app:11:messages:status:w1:sent:",
      "app:11:messages:status:w1:read:15550123456",
      "app:11:messages:status:w1:read:15550123457",
      "app:11:messages:status:w1:read:US.1",
    ]);
  });

  test("a call adds its event, and how far it got its status", () => {
    const calls = [
      { id: "c1", event: "connect" },
      { id: "c1", event: "terminate", status: "COMPLETED" },
    ];
    const statuses = [
      { id: "c1", status: "RINGING" },
      { id: "c1", status: "ACCEPTED" },
    ];
    expect(identities(change({ metadata, calls, statuses }, "calls"))).toEqual([
      "app:11:calls:call:c1:connect",
      "app:11:calls:call:c1:terminate",
      "app:11:calls:call_status:c1:RINGING:",
      "app:11:calls:call_status:c1:ACCEPTED:",
    ]);
  });

  test("a message of ours, a file of history and a message on standby are others than a live one", () => {
    const list = [{ id: "w1" }];
    const names = [
      ...identities(change({ metadata, messages: list })),
      ...identities(change({ metadata, message_echoes: list }, "smb_message_echoes")),
      ...identities(change({ metadata, messages: list, message_echoes: list }, "history")),
      ...identities(change({ metadata, standby: { messages: list } }, "standby")),
    ];
    expect(new Set(names).size).toBe(5);
  });

  test("an echo is the same under both names of its field", () => {
    const value = { metadata, message_echoes: [{ id: "w1" }] };
    expect(identities(change(value, "message_echoes"))).toEqual(
      identities(change(value, "smb_message_echoes")),
    );
  });

  test("a message can be a lead and a purchase", () => {
    const events = ["LeadSubmitted", "Purchase"].map((event_name) => ({ id: "w1", event_name }));
    const names = identities(change({ metadata, automatic_events: events }, "automatic_events"));
    expect(new Set(names).size).toBe(2);
  });

  test("nothing else about it matters", () => {
    const [again] = identities(change({ metadata, messages: [{ id: "w1", x: 1 }], extra: 1 }));
    expect(again).toBe("app:11:messages:message:w1");
  });

  test("the same message of another app, number or field is another update", () => {
    const one = change({ metadata, messages: [{ id: "w1" }] });
    const names = [
      ...identities(one),
      ...identities(one, "other"),
      ...identities(change({ metadata: { phone_number_id: "12" }, messages: [{ id: "w1" }] })),
      ...identities(change({ metadata, messages: [{ id: "w1" }] }, "history")),
    ];
    expect(new Set(names).size).toBe(4);
  });

  test("a separator inside an id does not let two updates share a name", () => {
    const [one] = identities(change({ metadata, statuses: [{ id: "w:read", status: "x" }] }));
    const [two] = identities(change({ metadata, statuses: [{ id: "w", status: "read:x" }] }));
    const [three] = identities(change({ metadata, statuses: [{ id: "w%3Aread", status: "x" }] }));
    expect(new Set([one, two, three]).size).toBe(3);
  });
});

describe("where Meta gives none", () => {
  test("content decides, not the order of names", () => {
    const one = change({ event: "A", info: { x: 1, y: [1, 2] } }, "account_update", {
      id: "p",
      time: 1,
    });
    const two = change({ info: { y: [1, 2], x: 1 }, event: "A" }, "account_update", {
      time: 1,
      id: "p",
    });
    expect(identities(one)).toEqual(identities(two));
    expect(identities(one)[0]).toMatch(/^app:p:account_update:account_update:[\w-]{43}$/);
  });

  test.each([
    ["value", change({ event: "B" }, "f", { id: "p", time: 1 })],
    ["type of a value", change({ event: ["A"] }, "f", { id: "p", time: 1 })],
    ["field", change({ event: "A" }, "g", { id: "p", time: 1 })],
    ["entry.time", change({ event: "A" }, "f", { id: "p", time: 2 })],
    ["absence of entry.time", change({ event: "A" }, "f", { id: "p" })],
  ])("another %s is another update", (_what, body) => {
    const one = identities(change({ event: "A" }, "f", { id: "p", time: 1 }));
    expect(identities(body)).not.toEqual(one);
  });

  test("another entry.id is another update, also of the same WABA", () => {
    const value = { waba_info: { waba_id: "7" } };
    const of = (id: string) => identities(change(value, "account_update", { id }));
    expect(of("1")).not.toEqual(of("2"));
  });

  test("an element of a list is named by itself, whatever stands beside it", () => {
    const contact = (at: number) => ({
      action: "add",
      contact: { at },
      metadata: { timestamp: at },
    });
    const sync = (...state_sync: readonly object[]) =>
      identities(change({ metadata, state_sync }, "smb_app_state_sync"));
    const [one] = sync(contact(1));
    expect(sync(contact(2), contact(1), contact(1))).toEqual([sync(contact(2))[0], one, one]);
    expect(sync({ ...contact(1), metadata: { timestamp: 2 } })).not.toEqual([one]);
  });

  test("slices of history are named by what they hold, and come again as the same", () => {
    const messages = Array.from({ length: 250 }, (_, at) => ({ id: `w${at}` }));
    const chunk = { metadata: { phase: 0, chunk_order: 1 }, threads: [{ id: "1", messages }] };
    const names = () => identities(change({ metadata, history: [chunk] }, "history"));
    expect(new Set(names()).size).toBe(3);
    expect(names()).toEqual(names());
  });

  test("messages and statuses without id, and statuses without status, are named too", () => {
    const names = identities(
      change({
        messages: [{ a: 1 }, { a: 2 }, null],
        statuses: [{ id: "w1", a: 1 }, { id: "w1", a: 2 }, 7],
      }),
    );
    expect(new Set(names).size).toBe(6);
  });
});

test("any JSON has a name that does not depend on the order of names", () => {
  const reversed = (value: unknown): unknown =>
    Array.isArray(value) || typeof value !== "object" || value === null
      ? value
      : Object.fromEntries(Object.entries(value).reverse());
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const names = [value, reversed(value)].map(
        (v) => identities({ entry: [{ changes: [v] }] })[0],
      );
      expect(names[0]).toBe(names[1]);
    }),
  );
});
